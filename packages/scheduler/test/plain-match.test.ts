import type { ModelId, NodeId } from '@cortensor/interface'
import { memoryAddress } from '@cortensor/memory'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  createDirectory,
  createRatings,
  type DirectoryNode,
  type MatchRequest,
  matchMiners,
  type NodeRating,
  OPEN_POLICY,
  offeringsOf,
  type Ratings,
  type Standing
} from '../src/index.js'
import { nodeIdOf, nodeOf, offerOf, presenceOf } from './fixtures.js'
import { plainMatch } from './plain-match.js'

const MODELS = ['1', '2', '3'].map((digit) => digit.repeat(64) as ModelId)
const someOf = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 0 })
const small = (max: number) => fc.integer({ min: 0, max })

interface Plan {
  label: number
  operator: number
  slots: number
  free: number
  queue: number
  price: number
  models: ModelId[]
  isMiner: boolean
  rating: { mean: number; sd: number; capacity: number; standing: Standing; isHonest: boolean } | null
  /** Tasks done, and failed after them. */
  done: number
  failed: number
}

const plan: fc.Arbitrary<Plan> = fc.record({
  label: small(40),
  operator: small(9),
  slots: small(3),
  free: small(3),
  queue: small(2),
  price: small(4),
  models: someOf(MODELS),
  isMiner: fc.integer({ min: 0, max: 9 }).map((value) => value > 0),
  rating: fc.option(
    fc.record({
      mean: fc.integer({ min: -20, max: 20 }).map((value) => value / 10),
      sd: fc.constantFrom(0, 0.05, 0.4, 1),
      capacity: fc.constantFrom(0, 0, 50, 300, 1_000),
      standing: fc.constantFrom<Standing>('qualified', 'qualified', 'in-test', 'unreliable'),
      isHonest: fc.integer({ min: 0, max: 9 }).map((value) => value > 0)
    })
  ),
  done: small(4),
  failed: small(4)
})
const plans = fc.uniqueArray(plan, { selector: ({ label }) => label, maxLength: 30 })

function nodeAs({ free, isMiner, label, models, operator, price, queue, slots }: Plan): DirectoryNode {
  const offers = models.map((id) => offerOf({ id, priceMicroPerKilotoken: price, contextLength: 100 * (1 + label) }))
  const load = { totalSlots: slots, freeSlots: Math.min(slots, free), queueLength: queue }
  const program = {
    fingerprint: label % 3 === 0 ? 'other engine' : 'engine',
    roles: [isMiner ? ('miner' as const) : ('router' as const)]
  }
  return nodeOf(`node ${label}`, { ...load, ...program, models: offers }, `operator ${operator}`)
}

function ratingsAs(some: readonly Plan[]): Ratings {
  const ratings = createRatings()
  ratings.setRatings(
    new Map(
      some.flatMap(({ label, models, rating }): [NodeId, NodeRating][] => {
        const skills = new Map([['logic', { mean: rating?.mean ?? 0, sd: rating?.sd ?? 1 }] as const])
        return rating === null ? [] : [[nodeIdOf(`node ${label}`), { ...rating, model: models[0] ?? null, skills }]]
      })
    )
  )
  for (const { done, failed, label, models } of some) {
    const nodeId = nodeIdOf(`node ${label}`)
    for (let i = 0; i < done; i++) {
      const size = { promptTokens: 9, completionTokens: 99, firstTokenMs: 80, totalMs: 900 * (1 + (label % 3)) }
      ratings.observe({ type: 'completed', nodeId, model: models[0] ?? (MODELS[0] as ModelId), ...size }, 0)
    }
    for (let i = 0; i < failed; i++) {
      ratings.observe({ type: 'failed', nodeId }, 0)
    }
  }
  return ratings
}

const requests = fc.record({
  nowMs: fc.constantFrom(1, 30_000, 700_000),
  count: fc.option(fc.integer({ min: 1, max: 4 })),
  redundancy: fc.integer({ min: 1, max: 3 }),
  category: fc.constantFrom('logic' as const, 'facts' as const, null),
  difficulty: fc.constantFrom(-1, 0, 2),
  promptTokens: fc.constantFrom(10, 1_500),
  maxTokens: fc.constantFrom(16, 400),
  maxPriceMicroPerKilotoken: fc.constantFrom(2, 4, Number.POSITIVE_INFINITY),
  isStaked: fc.boolean(),
  minStake: fc.constantFrom(0n, 2n),
  mode: fc.constantFrom('ephemeral' as const, 'hybrid' as const, 'dedicated' as const),
  sla: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  minLevel: fc.constantFrom({}, {}, { logic: 4 }),
  fingerprint: fc.constantFrom('', '', 'engine'),
  excluded: someOf([1, 2, 3, 4, 5]),
  operators: someOf([0, 1, 2]),
  reserved: someOf([6, 7, 8, 9]),
  kept: fc.option(someOf([0, 5, 10, 15, 20])),
  dedicated: someOf([0, 2, 4, 6, 8, 10]),
  busy: someOf([0, 1, 2, 3, 4, 5, 6, 7])
})

/** A request for one model of three, or for any of them, as `auto` is. */
it('chooses what a look at all nodes for every step chooses, in the same order, with the same random numbers', () => {
  fc.assert(
    fc.property(plans, requests, fc.string(), (some, wanted, seed) => {
      const directory = createDirectory({ leaseMs: 1_000_000 })
      for (const one of some) {
        const { nodeId, presence } = nodeAs(one)
        directory.apply(nodeId, presence, 0)
      }
      const ratings = ratingsAs(some)
      const idsOf = (labels: readonly number[]) => new Set(labels.map((label) => nodeIdOf(`node ${label}`)))
      const { busy, count, dedicated, excluded, isStaked, kept, minLevel, minStake, mode, operators, reserved, sla, ...rest } =
        wanted
      const [inFlight, notFree, preferred] = [busy, reserved, kept ?? []].map(idsOf)
      const request: MatchRequest = {
        ...rest,
        excluded: idsOf(excluded),
        operators: new Set(operators.map((operator) => memoryAddress(`operator ${operator}`))),
        inFlight: (nodeId) => (inFlight?.has(nodeId) ? 1 : 0),
        isAvailable: (nodeId) => !notFree?.has(nodeId),
        policy: { ...OPEN_POLICY, mode, sla, minLevel, minStake, redundancy: wanted.redundancy, dedicated: idsOf(dedicated) },
        ...(count === null ? {} : { count }),
        ...(kept === null ? {} : { isPreferred: (nodeId) => preferred?.has(nodeId) === true }),
        ...(isStaked ? { stakeOf: ({ nodeId }) => (nodeId < '8' ? 3n : nodeId < 'c' ? 1n : null), costOf: () => 1n } : {})
      }
      for (const models of [MODELS.slice(0, 1), MODELS]) {
        const [rng, plainRng] = [createSeededRng(seed), createSeededRng(seed)]
        for (let i = 0; i < 5; i++) {
          const chosen = matchMiners(directory.offerings(models, request.nowMs), request, ratings, rng)
          expect(chosen).toEqual(plainMatch(directory.live(request.nowMs), { ...request, models }, ratings, plainRng))
        }
        expect(rng.next()).toBe(plainRng.next())
      }
    })
  )
})

it('finds what is offered under an id without a look at other nodes, as nodes come, change and go', () => {
  const step = fc.record({ node: plan, waitMs: fc.constantFrom(0, 500, 4_000), isSwept: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const directory = createDirectory({ leaseMs: 9_000 })
      let nowMs = 0
      for (const { isSwept, node, waitMs } of steps) {
        nowMs += waitMs
        directory.apply(nodeIdOf(`${node.label % 8}`), presenceOf('operator', nodeAs(node).presence), nowMs)
        if (isSwept) {
          directory.sweep(nowMs)
        }
        const plain = directory.live(nowMs).flatMap(offeringsOf)
        for (const model of MODELS) {
          const offered = plain.filter(({ offer }) => offer.id === model)
          expect(directory.offerings([model], nowMs)).toEqual(offered)
          const summary = directory.model(model, nowMs)
          expect(summary?.miners ?? 0).toBe(offered.length)
          const prices = offered.map(({ offer }) => offer.priceMicroPerKilotoken)
          expect(summary?.leastPriceMicroPerKilotoken ?? Number.POSITIVE_INFINITY).toBe(Math.min(...prices))
          const contexts = offered.map(({ offer }) => offer.contextLength)
          expect(summary?.contextLength ?? Number.POSITIVE_INFINITY).toBe(Math.min(...contexts))
        }
        expect(directory.offerings(MODELS, nowMs)).toHaveLength(plain.length)
        expect(directory.models(nowMs)).toHaveLength(new Set(plain.map(({ offer }) => offer.id)).size)
      }
    })
  )
})
