import type { NodeId, Rng } from '@cortensor/interface'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createDirectory,
  createRatings,
  type DirectoryNode,
  type Match,
  type MatchRequest,
  matchMiners as matchOfferings,
  type NodeRating,
  type Observation,
  OPEN_POLICY,
  offeringsOf,
  type Ratings,
  type Standing
} from '../src/index.js'
import { MODEL, nodeIdOf, nodeOf, offerOf, presenceOf } from './fixtures.js'

const rng = createSeededRng('match')
const request: MatchRequest = { nowMs: 0 }
const matchMiners = (nodes: readonly DirectoryNode[], ...rest: [MatchRequest, Ratings, Rng]): Match[] =>
  matchOfferings(
    nodes.flatMap(offeringsOf).filter(({ offer }) => offer.id === MODEL),
    ...rest
  )
const nobodyKnown = createRatings()
const chosenIds = (matches: readonly Match[]) => matches.map(({ node }) => node.nodeId)
const ids = (nodes: readonly DirectoryNode[]) => nodes.map(({ nodeId }) => nodeId)

/** Load as the requests that come first, by slot. */
const loadOf = ({ presence }: DirectoryNode, inFlight = 0): number => {
  const slots = Math.max(1, presence.totalSlots)
  return Math.max(slots - presence.freeSlots + presence.queueLength, inFlight) / slots
}

const anyNode = fc
  .record({
    label: fc.integer({ min: 0, max: 30 }),
    operator: fc.integer({ min: 0, max: 6 }),
    totalSlots: fc.integer({ min: 0, max: 4 }),
    used: fc.integer({ min: 0, max: 4 }),
    queueLength: fc.integer({ min: 0, max: 5 }),
    priceMicroPerKilotoken: fc.integer({ min: 0, max: 4 }),
    offers: fc.constantFrom('chat', 'embedding', 'another'),
    isMiner: fc.boolean()
  })
  .map(({ label, operator, totalSlots, used, queueLength, priceMicroPerKilotoken, offers, isMiner }) => {
    const offer = offerOf({ priceMicroPerKilotoken, kind: offers === 'embedding' ? 'embedding' : 'chat' })
    return nodeOf(
      `node ${label}`,
      {
        totalSlots,
        freeSlots: Math.max(0, totalSlots - used),
        queueLength,
        models: [offers === 'another' ? { ...offer, id: 'ff'.repeat(32) as typeof MODEL } : offer],
        roles: [isMiner ? 'miner' : 'router']
      },
      `operator ${operator}`
    )
  })
const anyNodes = fc.uniqueArray(anyNode, { selector: ({ nodeId }) => nodeId, maxLength: 20 })

describe('matchMiners', () => {
  it('chooses fitting miners, of distinct operators, the free ones first, as many as wanted or as there are', () => {
    fc.assert(
      fc.property(
        anyNodes,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        fc.func(fc.boolean()),
        fc.func(fc.integer({ min: 0, max: 8 })),
        fc.string(),
        (nodes, count, maxPriceMicroPerKilotoken, isExcluded, inFlight, seed) => {
          const excluded = new Set(ids(nodes).filter((nodeId) => isExcluded(nodeId)))
          const wanted = { ...request, count, maxPriceMicroPerKilotoken, excluded, inFlight }
          const chosen = matchMiners(nodes, wanted, nobodyKnown, createSeededRng(seed)).map(({ node }) => node)
          const fitting = nodes.filter(
            ({ nodeId, presence }) =>
              !excluded.has(nodeId) &&
              presence.roles.includes('miner') &&
              presence.models.some(
                (m) => m.id === MODEL && m.kind === 'chat' && m.priceMicroPerKilotoken <= maxPriceMicroPerKilotoken
              )
          )
          expect(chosen.every((node) => fitting.includes(node))).toBe(true)
          const operators = chosen.map(({ operator }) => operator)
          expect(new Set(operators).size).toBe(operators.length)
          expect(chosen.length).toBe(Math.min(count, new Set(fitting.map(({ operator }) => operator)).size))
          const [first] = chosen
          const loads = fitting.map((node) => loadOf(node, inFlight(node.nodeId)))
          const load = first === undefined ? 0 : loadOf(first, inFlight(first.nodeId))
          expect(load < 1 || load === Math.min(...loads)).toBe(true)
        }
      )
    )
  })

  it('never chooses a node whose lease has lapsed', () => {
    const heard = fc.array(fc.record({ label: fc.integer({ min: 0, max: 9 }), atMs: fc.integer({ min: 0, max: 20_000 }) }))
    fc.assert(
      fc.property(heard, (heard) => {
        const directory = createDirectory({ leaseMs: 5_000 })
        const last = new Map<string, number>()
        for (const { atMs, label } of heard.sort((a, b) => a.atMs - b.atMs)) {
          directory.apply(nodeIdOf(`${label}`), presenceOf(`${label}`), atMs)
          last.set(nodeIdOf(`${label}`), atMs)
        }
        const chosen = matchOfferings(directory.offerings([MODEL], 20_000), { ...request, count: 10 }, nobodyKnown, rng)
        expect(new Set(chosenIds(chosen))).toEqual(
          new Set([...last].filter(([, atMs]) => atMs > 15_000).map(([nodeId]) => nodeId))
        )
      })
    )
  })

  it('chooses at random among equals, each about as often, and the same for the same seed', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((label) => nodeOf(label))
    const stream = createSeededRng('fair')
    const counts = new Map<string, number>()
    for (let i = 0; i < 4_000; i++) {
      const nodeId = matchMiners(nodes, request, nobodyKnown, stream)[0]?.node.nodeId ?? ''
      counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
    }
    expect(counts.size).toBe(4)
    expect([...counts.values()].every((count) => count > 850 && count < 1_150)).toBe(true)
    const pick = () => chosenIds(matchMiners(nodes, { ...request, count: 4 }, nobodyKnown, createSeededRng('one')))
    expect(pick()).toEqual(pick())
  })

  it('counts what it has given out itself, when presence does not show it yet', () => {
    const [busy, idle] = [nodeOf('busy', { totalSlots: 2, freeSlots: 2 }), nodeOf('idle', { totalSlots: 2, freeSlots: 1 })]
    const inFlight = (nodeId: string) => (nodeId === busy.nodeId ? 2 : 0)
    expect(chosenIds(matchMiners([busy, idle], { ...request, inFlight }, nobodyKnown, rng))).toEqual([idle.nodeId])
  })
})

describe('matching by what is known', () => {
  const nodes = ['a', 'b', 'c'].map((label) => nodeOf(label))
  const [a, b, c] = ['a', 'b', 'c'].map(nodeIdOf) as [NodeId, NodeId, NodeId]
  const able = (mean: number, sd = 0.1): NodeRating => ({ model: MODEL, skills: new Map([['arithmetic', { mean, sd }]]) })
  const shares = (ratings: Ratings, more: Partial<MatchRequest> = {}): Map<NodeId, number> => {
    const stream = createSeededRng('shares')
    const counts = new Map<NodeId, number>()
    for (let i = 0; i < 1_000; i++) {
      const nodeId = matchMiners(nodes, { ...request, ...more }, ratings, stream)[0]?.node.nodeId as NodeId
      counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
    }
    return counts
  }

  it('goes to the most able, with some tasks for the least known', () => {
    const ratings = createRatings()
    ratings.setRatings(new Map([a, b, c].map((nodeId, i) => [nodeId, able(2 * i - 2)])))
    for (const nodeId of [b, c]) {
      for (let i = 0; i < 30; i++) {
        const seen = {
          type: 'completed',
          nodeId,
          model: MODEL,
          promptTokens: 9,
          completionTokens: 99,
          firstTokenMs: 80,
          totalMs: 900
        }
        ratings.observe(seen as Observation, 0)
      }
    }
    const counts = shares(ratings, { category: 'arithmetic' })
    expect(counts.get(c)).toBeGreaterThan(900)
    // Five in a hundred explore, as long as somebody is strange.
    expect(counts.get(a)).toBeGreaterThan(25)
    expect(counts.get(a)).toBeLessThan(90)
    for (let i = 0; i < 6; i++) {
      ratings.observe({ type: 'failed', nodeId: a }, 0)
    }
    expect(shares(ratings, { category: 'arithmetic', nowMs: 700_000 }).get(a) ?? 0).toBeLessThan(5)
  })

  it('tries who may be the best as often as that may be', () => {
    const ratings = createRatings()
    ratings.setRatings(
      new Map([
        [a, able(0, 0.05)],
        [b, able(0, 1)],
        [c, able(-4, 0.05)]
      ])
    )
    const counts = shares(ratings, { category: 'arithmetic' })
    expect(counts.get(b)).toBeGreaterThan(250)
    expect(counts.get(a)).toBeGreaterThan(250)
    expect(counts.get(c) ?? 0).toBeLessThan(150)
  })

  it('prefers the faster of equals, and the one that carries through what it takes', () => {
    const ratings = createRatings()
    for (let i = 0; i < 40; i++) {
      for (const [nodeId, totalMs] of [
        [a, 2_000],
        [b, 30_000],
        [c, 2_000]
      ] as const) {
        ratings.observe(
          { type: 'completed', nodeId, model: MODEL, promptTokens: 9, completionTokens: 100, firstTokenMs: 100, totalMs },
          0
        )
      }
      ratings.observe({ type: 'failed', nodeId: c }, 0)
      ratings.observe(
        { type: 'completed', nodeId: c, model: MODEL, promptTokens: 9, completionTokens: 100, firstTokenMs: 100, totalMs: 2_000 },
        0
      )
    }
    ratings.setRatings(new Map([a, b, c].map((nodeId) => [nodeId, able(1, 0.06)])))
    const counts = shares(ratings, { category: 'arithmetic' })
    expect(counts.get(a)).toBeGreaterThan(900)
  })

  it('keeps tasks from dishonest nodes, from those below the least level, and from those that others have reserved', () => {
    const ratings = createRatings()
    ratings.setRatings(
      new Map([
        [a, { ...able(3), isHonest: false }],
        [b, able(2)],
        [c, able(-1)]
      ])
    )
    expect([...shares(ratings).keys()]).toEqual([b])
    expect([...shares(ratings, { excluded: new Set([b]) }).keys()]).toEqual([c])
    const policy = { ...OPEN_POLICY, minLevel: { arithmetic: 5 } }
    expect([...shares(ratings, { policy }).keys()]).toEqual([b])
    expect([...shares(ratings, { isAvailable: (nodeId) => nodeId === c }).keys()]).toEqual([c])
    expect([...shares(ratings, { policy: { ...OPEN_POLICY, mode: 'dedicated', dedicated: new Set([c]) } }).keys()]).toEqual([c])
    expect([...shares(ratings, { policy: { ...OPEN_POLICY, mode: 'hybrid', dedicated: new Set([c]) } }).keys()]).toEqual([c])
    expect(matchMiners(nodes, { ...request, promptTokens: 5_000 }, ratings, rng)).toEqual([])
  })

  it('keeps paid tasks from those that have not staked what the task needs', () => {
    const ratings = createRatings()
    ratings.setRatings(new Map([a, b, c].map((nodeId) => [nodeId, able(2)])))
    const stakes = new Map([
      [b, 100n],
      [c, 300n]
    ])
    const stakeOf: MatchRequest['stakeOf'] = ({ nodeId }) => stakes.get(nodeId) ?? null
    const among = (minStake: bigint, stakeAbove: bigint, cost?: bigint): Set<NodeId> => {
      const more = { stakeOf, ...(cost === undefined ? {} : { costOf: () => cost }) }
      return new Set(shares(ratings, { policy: { ...OPEN_POLICY, minStake, stakeAbove }, ...more }).keys())
    }
    expect(among(0n, 0n, 1_000n)).toEqual(new Set([b, c]))
    expect(among(200n, 0n, 1n)).toEqual(new Set([c]))
    expect(among(300n, 999n, 1_000n)).toEqual(new Set([c]))
    expect(among(200n, 1_000n, 1_000n)).toEqual(new Set([b, c]))
    expect(among(200n, 0n)).toEqual(new Set([b, c]))
    const policy = { ...OPEN_POLICY, minStake: 301n }
    expect(matchMiners(nodes, { ...request, policy, stakeOf, costOf: () => 1n }, ratings, rng)).toEqual([])
    expect(new Set(shares(ratings).keys())).toEqual(new Set([a, b, c]))
  })

  it('takes less of the skill that reports show from a miner whose answers to probes show less', () => {
    const ratings = createRatings()
    ratings.setRatings(new Map([a, b, c].map((nodeId) => [nodeId, able(2, 0.06)])))
    for (let i = 0; i < 20; i++) {
      ratings.observe({ type: 'probed', nodeId: a, isRight: false, expected: 0.8 }, 0)
      ratings.observe({ type: 'probed', nodeId: b, isRight: true, expected: 0.8 }, 0)
    }
    const counts = shares(ratings)
    expect(counts.get(a) ?? 0).toBeLessThan(30)
    expect(counts.get(b)).toBeGreaterThan(400)
  })

  it('leaves out who failed three times in a row, unless there is nobody else', () => {
    const ratings = createRatings()
    const fail = (nodeId: NodeId, nowMs: number): void => ratings.observe({ type: 'failed', nodeId }, nowMs)
    for (let i = 0; i < 3; i++) {
      fail(a, 0)
      fail(b, 0)
    }
    expect([...shares(ratings, { nowMs: 29_999 }).keys()]).toEqual([c])
    expect(new Set(shares(ratings, { nowMs: 1, excluded: new Set([c]) }).keys())).toEqual(new Set([a, b]))
    // Then one at a time is a trial.
    const trials = shares(ratings, { nowMs: 30_000, inFlight: (nodeId) => (nodeId === a ? 0.5 : 0) })
    expect([trials.has(a), trials.has(b)]).toEqual([false, true])
    fail(b, 30_000)
    expect(ratings.isOpen(b, 89_999)).toBe(true)
    expect(ratings.isOpen(b, 90_000)).toBe(false)
  })

  describe('of machines under several names', () => {
    const measured = (capacities: ReadonlyMap<NodeId, number>, sd = 0.4): Ratings => {
      const ratings = createRatings()
      ratings.setRatings(new Map([...capacities].map(([nodeId, capacity]) => [nodeId, { ...able(0, sd), capacity }])))
      return ratings
    }
    /** Of 3,000 tasks, the share of the names of `machine`. */
    const shareOf = (some: readonly DirectoryNode[], machine: ReadonlySet<NodeId>, ratings: Ratings): number => {
      const stream = createSeededRng('names')
      const chosen = Array.from({ length: 3_000 }, () => matchMiners(some, request, ratings, stream)[0]?.node.nodeId as NodeId)
      return chosen.filter((nodeId) => machine.has(nodeId)).length / chosen.length
    }

    it('gives several names what their capacity gets under one', () => {
      const others = Array.from({ length: 6 }, (_, i) => nodeOf(`other ${i}`))
      for (const count of [1, 2, 4, 8]) {
        const names = Array.from({ length: count }, (_, i) => nodeOf(`name ${i}`))
        const all = [...others, ...names]
        const capacityOf = (node: DirectoryNode): number => (names.includes(node) ? 700 / count : 700)
        const ratings = measured(new Map(all.map((node) => [node.nodeId, capacityOf(node)])))
        const share = shareOf(all, new Set(ids(names)), ratings)
        expect(Math.abs(share - 1 / 7)).toBeLessThan(0.03)
        // Where nobody was measured, every name has a lot.
        const equals = shareOf(all, new Set(ids(names)), measured(new Map(ids(all).map((nodeId) => [nodeId, 0]))))
        expect(Math.abs(equals - count / (6 + count))).toBeLessThan(0.04)
      }
    })

    it('gives equals tasks by what they get through, and takes none from who is better', () => {
      const some = ['slow', 'fast', 'faster'].map((name) => nodeOf(name))
      const [slow, fast, faster] = ids(some) as [NodeId, NodeId, NodeId]
      const capacities = new Map([
        [slow, 100],
        [fast, 300],
        [faster, 600]
      ])
      const ratings = measured(capacities)
      for (const [nodeId, capacity] of capacities) {
        expect(Math.abs(shareOf(some, new Set([nodeId]), ratings) - capacity / 1_000)).toBeLessThan(0.05)
      }
      const better = measured(capacities, 0.05)
      better.setRatings(
        new Map([...capacities].map(([nodeId, capacity]) => [nodeId, { ...able(nodeId === slow ? 2 : 0, 0.05), capacity }]))
      )
      for (const nodeId of ids(some)) {
        const { firstTokenMs, totalMs } = { firstTokenMs: 80, totalMs: 900 }
        for (let i = 0; i < 30; i++) {
          const seen = {
            type: 'completed',
            nodeId,
            model: MODEL,
            promptTokens: 9,
            completionTokens: 99,
            firstTokenMs,
            totalMs
          } as const
          better.observe(seen, 0)
        }
      }
      expect(shareOf(some, new Set([slow]), better)).toBeGreaterThan(0.95)
      expect(shareOf(some, new Set([fast, faster]), better)).toBeLessThan(0.05)
    })

    it('gives who was not measured yet only what nobody else is free for', () => {
      const some = ['known', 'new'].map((name) => nodeOf(name))
      const [known, fresh] = ids(some) as [NodeId, NodeId]
      const ratings = measured(new Map([[known, 100]]))
      expect(shareOf(some, new Set([known]), ratings)).toBeGreaterThan(0.98)
      expect(chosenIds(matchMiners(some, { ...request, excluded: new Set([known]) }, ratings, rng))).toEqual([fresh])
      const busy = { ...request, inFlight: (nodeId: NodeId) => (nodeId === known ? 2 : 0) }
      expect(chosenIds(matchMiners(some, busy, ratings, rng))).toEqual([fresh])
    })

    it('tries strangers until each has shown as much of its work as its capacity is', () => {
      const some = ['one', 'name 0', 'name 1', 'name 2', 'name 3'].map((name) => nodeOf(name))
      const ratings = measured(new Map(ids(some).map((nodeId, i) => [nodeId, i === 0 ? 800 : 200])), 0.01)
      const stream = createSeededRng('strangers')
      const counts = new Map<NodeId, number>()
      for (let i = 0; i < 400; i++) {
        const nodeId = matchMiners(some, request, ratings, stream)[0]?.node.nodeId as NodeId
        counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
        const [completionTokens, firstTokenMs] = [99, 80]
        // The first is quicker, so that only strangeness brings tasks to the others.
        const totalMs = nodeId === some[0]?.nodeId ? 900 : 30_000
        const seen = {
          type: 'completed',
          nodeId,
          model: MODEL,
          promptTokens: 9,
          completionTokens,
          firstTokenMs,
          totalMs
        } as const
        ratings.observe(seen, 0)
      }
      const ofNames = ids(some.slice(1)).reduce((sum, nodeId) => sum + (counts.get(nodeId) ?? 0), 0)
      expect(ofNames).toBeGreaterThan(3)
      expect(ofNames).toBeLessThan(16)
    })
  })

  const rated = (standings: readonly Standing[], some: readonly DirectoryNode[]) => {
    const ratings = createRatings()
    ratings.setRatings(
      new Map(some.map(({ nodeId }, i) => [nodeId, { model: null, skills: new Map(), standing: standings[i] ?? 'in-test' }]))
    )
    return ratings
  }
  const chosenOf = (some: readonly DirectoryNode[], ratings: Ratings, more: Partial<MatchRequest> = {}): Set<NodeId> =>
    new Set(
      Array.from({ length: 30 }, (_, i) => matchMiners(some, { ...request, ...more }, ratings, createSeededRng(`pool ${i}`)))
        .flat()
        .map(({ node }) => node.nodeId)
    )
  const without = (some: readonly DirectoryNode[], ...places: number[]) => ({
    excluded: new Set(places.map((place) => some[place]?.nodeId as NodeId))
  })

  it('gives tasks to the pool alone, be all of it busy, excluded or too dear', () => {
    const some = ['a', 'b', 'c', 'd', 'e'].map((name) => nodeOf(name))
    const ratings = rated(['qualified', 'qualified', 'in-test', 'qualified', 'unreliable'], some)
    expect(chosenOf(some, ratings)).toEqual(new Set([some[0], some[1], some[3]].map((node) => node?.nodeId)))
    expect(chosenOf(some, ratings, without(some, 0, 1))).toEqual(new Set([some[3]?.nodeId]))
    expect(chosenOf(some, ratings, without(some, 0, 1, 3))).toEqual(new Set())
    // The owner of a dedicated session vouches for its nodes.
    const policy = { ...OPEN_POLICY, mode: 'dedicated' as const, dedicated: new Set([some[2]?.nodeId as NodeId]) }
    expect(chosenOf(some, ratings, { policy })).toEqual(policy.dedicated)
  })

  it('lets others help while the pool of a model has fewer operators than a request has attempts, the best standing first', () => {
    const some = ['a', 'b', 'c'].map((name) => nodeOf(name))
    const ratings = rated(['in-test', 'qualified', 'unreliable'], some)
    expect(chosenOf(some, ratings)).toEqual(new Set([some[1]?.nodeId]))
    expect(chosenOf(some, ratings, without(some, 1))).toEqual(new Set([some[0]?.nodeId]))
    expect(chosenOf(some, ratings, without(some, 0, 1))).toEqual(new Set([some[2]?.nodeId]))
    // Three nodes of one operator are no pool of three.
    const ofOne = ['a', 'b', 'c', 'd'].map((name) => nodeOf(name, {}, name === 'd' ? 'other' : 'one'))
    const three = rated(['qualified', 'qualified', 'qualified', 'in-test'], ofOne)
    expect(chosenOf(ofOne, three, without(ofOne, 0, 1, 2))).toEqual(new Set([ofOne[3]?.nodeId]))
  })

  it('expects of a stranger what others with its model can do, but is not sure of it', () => {
    const ratings = createRatings()
    ratings.setRatings(
      new Map([
        [a, able(2)],
        [b, able(1)]
      ])
    )
    expect(ratings.ability(c, MODEL, 'arithmetic')).toEqual({ mean: 1.5, sd: 1 })
    expect(ratings.ability(a, MODEL, 'arithmetic')).toEqual({ mean: 2, sd: 0.1 })
    expect(ratings.ability(a, 'another' as typeof MODEL, 'arithmetic')).toEqual({ mean: 0, sd: 1 })
    expect(ratings.ability(a, MODEL, null)).toEqual({ mean: 2, sd: 0.1 })
  })
})
