import type { Address, EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import { type NodeSkill, type NodeThroughput, type OutcomeStatus, QUIZ_CATEGORIES, type QuizOutcome } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowerMedian } from '../src/order.js'
import { apportion } from '../src/report/apportion.js'
import { mergeConsumed } from '../src/report/consumed.js'
import { addRewards, baseShares, baseWeights, emissionOf, rewardNodes, totalOf } from '../src/report/rewards.js'
import { liveNodes } from '../src/report/uptime.js'
import { committee, measuresOf, miners, oracles, params } from './world.js'

describe('apportion', () => {
  const amount = fc.bigInt({ min: 0n, max: 2n ** 62n })
  const weights = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.bigInt({ min: 0n, max: 10n ** 12n })), {
    selector: ([key]) => key,
    maxLength: 30
  })
  const sum = (values: Iterable<bigint>): bigint => [...values].reduce((sum, value) => sum + value, 0n)

  it('gives out everything or, without a claim, nothing', () => {
    fc.assert(
      fc.property(amount, weights, (amount, weights) => {
        const hasClaims = weights.some(([, weight]) => weight > 0n)
        expect(sum(apportion(amount, new Map(weights)).values())).toBe(hasClaims ? amount : 0n)
      })
    )
  })

  it('differs from the exact share by less than one unit, and is never negative', () => {
    fc.assert(
      fc.property(amount, weights, (amount, weights) => {
        const total = sum(weights.map(([, weight]) => weight))
        for (const [key, share] of apportion(amount, new Map(weights))) {
          const floor = (amount * (new Map(weights).get(key) ?? 0n)) / total
          expect(share === floor || share === floor + 1n).toBe(true)
          expect(share >= 0n).toBe(true)
        }
      })
    )
  })

  it('does not depend on the order of the claims', () => {
    fc.assert(
      fc.property(amount, weights, (amount, weights) => {
        const sorted = (shares: Map<string, bigint>) => [...shares].sort(([a], [b]) => (a < b ? -1 : 1))
        expect(sorted(apportion(amount, new Map(weights.toReversed())))).toEqual(sorted(apportion(amount, new Map(weights))))
      })
    )
  })

  it('gives what is left to the largest remainders, ties to the lowest key', () => {
    expect(
      apportion(
        10n,
        new Map([
          ['c', 1n],
          ['b', 1n],
          ['a', 1n]
        ])
      )
    ).toEqual(
      new Map([
        ['a', 4n],
        ['b', 3n],
        ['c', 3n]
      ])
    )
    expect(
      apportion(
        10n,
        new Map([
          ['a', 10n],
          ['b', 17n],
          ['c', 0n]
        ])
      )
    ).toEqual(
      new Map([
        ['b', 6n],
        ['a', 4n]
      ])
    )
  })
})

const throughputOf = (node: NodeId, rightTokens: number): NodeThroughput => ({
  ...{ node, epoch: 1 as EpochNumber, games: 4, answeredTokens: rightTokens + 10, rightTokens }
})
const answered = (miner: NodeId): QuizOutcome => ({
  ...{ roundId: 'round' as RoundId, miner, model: null, status: 'scored', throughput: null, shown: null, agreement: null },
  scores: [{ category: 'logic', asked: 4, correct: 2, abilityMilli: 0 }]
})

describe('rewards of an epoch', () => {
  const nodes = miners.map(({ nodeId }) => nodeId)
  const node = fc.constantFrom(...nodes)
  const payable = new Map(miners.map(({ nodeId, operator }) => [nodeId, operator]))
  const due = fc
    .record({ node, amount: fc.bigInt({ min: 1n, max: 10n ** 9n }) })
    .map((one) => ({ ...one, operator: payable.get(one.node) as Address }))
  const outcome = fc.record({
    miner: node,
    status: fc.constantFrom<OutcomeStatus>('scored', 'no_reveal', 'false_reveal'),
    scores: fc.array(
      fc.record({
        category: fc.constantFrom(...QUIZ_CATEGORIES),
        asked: fc.constant(8),
        correct: fc.nat({ max: 8 }),
        abilityMilli: fc.constant(0)
      })
    )
  })
  const epoch = fc.record({
    paidMs: fc.integer({ min: 1, max: 86_400_000 }),
    microPerSecond: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    present: fc.subarray(nodes),
    capacity: fc.array(fc.nat({ max: 2_000 }), { minLength: nodes.length, maxLength: nodes.length }),
    outcomes: fc.array(outcome, { maxLength: 8 }),
    room: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    work: fc.array(due, { maxLength: 8 }),
    split: fc.nat({ max: 10_000 })
  })

  it('are the emission and the fees exactly, less the pots that nobody has a claim to', () => {
    fc.assert(
      fc.property(epoch, ({ capacity, paidMs, microPerSecond, present, outcomes, room, split: baseBps, work }) => {
        const reward = { ...params.reward, microPerSecond, baseBps, quizBps: 10_000 - baseBps }
        const skills = nodes.flatMap((node, i) =>
          QUIZ_CATEGORIES.map((category) => ({ node, category, meanMilli: 700 * i - 500, sdMilli: 400 }) as NodeSkill)
        )
        const rewards = rewardNodes({
          skills,
          throughputs: nodes.map((node, i) => throughputOf(node, capacity[i] ?? 0)),
          reward,
          paidMs,
          room,
          payable,
          present: new Set(present),
          outcomes: outcomes as QuizOutcome[],
          authors: [],
          panels: new Map(),
          work
        })
        const emission = emissionOf(reward, paidMs, room)
        const fees = work.reduce((sum, { amount }) => sum + amount, 0n)
        const given = rewards.map(totalOf).reduce((sum, amount) => sum + amount, 0n)
        const isClaimed = rewards.some(({ base }) => base > 0n) && rewards.some(({ quiz }) => quiz > 0n)
        expect(rewards.every(({ base, quiz, work }) => base >= 0n && quiz >= 0n && work >= 0n)).toBe(true)
        expect(emission <= room && emission <= (microPerSecond * BigInt(paidMs)) / 1_000n).toBe(true)
        expect(given <= emission + fees).toBe(true)
        expect(rewards.reduce((sum, reward) => sum + reward.work, 0n)).toBe(fees)
        if (isClaimed) {
          expect(given).toBe(emission + fees)
        }
        const isMeasured = capacity.some((tokens) => tokens > 0)
        for (const { base, node, quiz } of rewards.filter(({ base, quiz }) => base + quiz > 0n)) {
          expect(!isMeasured || (capacity[nodes.indexOf(node)] ?? 0) > 0).toBe(true)
          expect(base === 0n || present.includes(node)).toBe(true)
          expect(quiz === 0n || outcomes.some(({ miner, status }) => miner === node && status === 'scored')).toBe(true)
        }
        const cumulative = addRewards(addRewards([], rewards), rewards)
        expect(cumulative.reduce((sum, { amount }) => sum + amount, 0n)).toBe(2n * given)
      })
    )
  })

  it('of one machine are the same under one name and, to a unit for each name, no more under several', () => {
    const machine = fc.record({
      tokens: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 2, maxLength: 6 }),
      lost: fc.nat(200)
    })
    const others = fc.array(fc.record({ tokens: fc.nat(2_000), meanMilli: fc.integer({ min: -2_000, max: 2_000 }) }), {
      maxLength: 5
    })
    const emission = fc.bigInt({ min: 1n, max: 10n ** 9n })
    fc.assert(
      fc.property(machine, others, emission, fc.integer({ min: -2_000, max: 2_000 }), (own, rest, micro, meanMilli) => {
        const named = (name: string, tokens: number, mean: number) => ({ node: name as NodeId, tokens, mean })
        const strangers = rest.map(({ meanMilli: mean, tokens }, i) => named(`other ${i}`, tokens, mean))
        const earned = (names: readonly ReturnType<typeof named>[]): bigint => {
          const all = [...names, ...strangers]
          const rewards = rewardNodes({
            reward: { ...params.reward, microPerSecond: micro },
            ...{ paidMs: 1_000, room: 10n ** 15n, work: [] },
            payable: new Map(all.map(({ node }) => [node, `0x${node}` as Address])),
            present: new Set(all.map(({ node }) => node)),
            outcomes: all.map(({ node }) => answered(node)),
            authors: [],
            panels: new Map(),
            skills: all.map(({ mean, node }) => ({ node, category: 'logic', meanMilli: mean, sdMilli: 400 }) as NodeSkill),
            throughputs: all.map(({ node, tokens }) => throughputOf(node, tokens))
          })
          const mine = new Set(names.map(({ node }) => node))
          return rewards.filter(({ node }) => mine.has(node)).reduce((sum, reward) => sum + totalOf(reward), 0n)
        }
        const whole = own.tokens.reduce((sum, tokens) => sum + tokens, 0)
        const alone = earned([named('one', whole + own.lost, meanMilli)])
        const split = earned(own.tokens.map((tokens, i) => named(`name ${i}`, tokens, meanMilli)))
        // Rounding gives a name a unit of each pot at most.
        expect(split <= alone + 2n * BigInt(own.tokens.length)).toBe(true)
      })
    )
  })

  it('of the base pot are the same when only those are known that have one', () => {
    const weight = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 2_000_000_000n }))
    const claims = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), weight), {
      selector: ([key]) => key,
      maxLength: 12
    })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 200n }), claims, (pot, weights) => {
        const all = new Map(weights.map(([key, value]) => [key as NodeId, value]))
        const shares = baseShares(pot, all)
        expect([...shares.values()].every((share) => share > 0n)).toBe(true)
        expect(baseShares(pot, new Map([...all].filter(([node]) => shares.has(node))))).toEqual(shares)
        expect([0n, pot]).toContain([...shares.values()].reduce((sum, share) => sum + share, 0n))
      })
    )
  })

  it('give an operator no more of the base pot than so many nodes would get', () => {
    const many = Array.from({ length: 6 }, (_, i) => `many ${i}` as NodeId)
    const operators = new Map(many.map((node) => [node, 'one' as Address]))
    operators.set('other' as NodeId, 'two' as Address)
    const same = () => 1
    const weights = baseWeights(operators, new Set(operators.keys()), 2, same)
    const ofMany = many.reduce((sum, node) => sum + (weights.get(node) ?? 0n), 0n)
    expect(weights.get('other' as NodeId)).toBe(1_000_000n)
    expect(ofMany).toBe(6n * (2_000_000n / 6n))
    expect(baseWeights(operators, new Set(operators.keys()), 6, same).get(many[0] as NodeId)).toBe(1_000_000n)
    expect(baseWeights(operators, new Set(), 2, same).size).toBe(0)
  })
})

describe('lower median', () => {
  it('has at least half of the values on either side', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const median = lowerMedian(values)
        expect(values).toContain(median)
        expect(values.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(values.length)
        expect(values.filter((value) => value < median).length * 2).toBeLessThan(values.length)
      })
    )
  })
})

describe('uptime', () => {
  const live = (shares: readonly (number | null)[], minUptimeBps = 9_000): boolean => {
    const observations = shares.map((share, i) => ({
      sender: oracles[i]?.nodeId as NodeId,
      bytes: new Uint8Array(),
      observe: {
        instance: { config: committee.config, epoch: 1 as never, prev: committee.config },
        timeMs: 0,
        buckets: [],
        measures: share === null ? [] : measuresOf(share)
      }
    }))
    return liveNodes(observations, committee, minUptimeBps).has(miners[0]?.nodeId as NodeId)
  }

  it('is what the median observer saw', () => {
    expect(live([1, 1, 1, 1])).toBe(true)
    expect(live([0, 1, 1])).toBe(true)
    expect(live([0, 0, 1])).toBe(false)
    // Of four values the lower one in the middle.
    expect(live([0, 0, 1, 1])).toBe(false)
    expect(live([0, 1, 1, 1])).toBe(true)
  })

  it('is the lowest value when few observers measured it', () => {
    expect(live([1, 0.9, null])).toBe(true)
    expect(live([1, 0.5, null])).toBe(false)
  })

  it('needs more than the faulty observers could make up', () => {
    expect(live([1, null, null, null])).toBe(false)
    expect(live([])).toBe(false)
  })

  it('has its threshold included', () => {
    expect(live([0.9, 0.9, 0.9])).toBe(true)
    expect(live([0.85, 0.85, 0.85])).toBe(false)
  })
})

describe('consumed keys', () => {
  it('stay exactly until their expiry', () => {
    const merged = mergeConsumed(
      [
        { key: 'b', expiryMs: 10 },
        { key: 'c', expiryMs: 9 }
      ],
      [{ key: 'a', expiryMs: 11 }],
      10
    )
    expect(merged).toEqual([
      { key: 'b', expiryMs: 10 },
      { key: 'a', expiryMs: 11 }
    ])
  })
})
