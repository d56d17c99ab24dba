import type { Rng, SessionId, SessionTerms } from '@cortensor/interface'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaBelief, drawQuantile, luckAt, mostLuckAt } from '../src/draws.js'
import { isAvailable, type LifeEvent, type NodeLife, nextLife, policyOf, REGISTERED } from '../src/index.js'
import { beliefOf, type LogNormal, meanAt, observeValue, p95Of, SPEED_HALF_LIFE_MS } from '../src/log-normal.js'

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

const variance = (values: readonly number[]): number => {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** 2))
}

describe('the luck of a draw', () => {
  const WORST = -3
  const rng = createSeededRng('luck')
  const drawLuck = (tickets: number, from: Rng): number => luckAt(drawQuantile(tickets, from), tickets)
  const drawn = (tickets: number): number[] => Array.from({ length: 20_000 }, () => drawLuck(tickets, rng))

  it('of one ticket is near a standard normal variate', () => {
    const values = drawn(1)
    expect(Math.abs(mean(values))).toBeLessThan(0.03)
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.2)
    for (const [below, share] of [
      [-1, 0.1587],
      [0.5, 0.6915],
      [2, 0.9772]
    ] as const) {
      expect(Math.abs(values.filter((value) => value < below).length / values.length - share)).toBeLessThan(0.02)
    }
  })

  it('of tickets in one hand is that of the best hand, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 }),
        fc.string(),
        (tickets, cuts, seed) => {
          const own = createSeededRng(seed)
          const sum = cuts.reduce((a, b) => a + b, 0)
          const whole = Array.from({ length: 4_000 }, () => drawLuck(tickets, own)).sort((a, b) => a - b)
          const best = Array.from({ length: 4_000 }, () => Math.max(...cuts.map((cut) => drawLuck((tickets * cut) / sum, own))))
          // Quartiles, and what matters most: the upper end.
          for (const share of [0.25, 0.5, 0.75, 0.95]) {
            const bound = whole[share * whole.length] as number
            // As many of both lie at the lower end.
            const isBelow = (value: number): boolean => (bound === WORST ? value === WORST : value < bound)
            const wanted = whole.filter(isBelow).length / whole.length
            expect(Math.abs(best.filter(isBelow).length / best.length - wanted)).toBeLessThan(0.06)
          }
        }
      ),
      { numRuns: 20, seed: 5 }
    )
  })

  it('has a lower end, which is all that nothing gives', () => {
    expect(drawLuck(0, rng)).toBe(WORST)
    expect(Math.min(...drawn(0.01))).toBe(WORST)
    expect(drawn(1_000).every(Number.isFinite)).toBe(true)
    expect(Number.isFinite(drawLuck(1, { ...rng, next: () => 0 }))).toBe(true)
  })

  it('is never above what a look without logarithms leaves it', () => {
    const tickets = fc.oneof(
      fc.constant(0),
      fc.double({ min: -6, max: 3, noNaN: true }).map((power) => 10 ** power)
    )
    fc.assert(
      fc.property(tickets, (tickets) => {
        // All places of the look, their borders, and between them.
        for (let part = 0; part < 256; part++) {
          const quantile = 1 - part / 256
          expect(mostLuckAt(quantile, tickets)).toBeGreaterThanOrEqual(Math.max(0, luckAt(quantile, tickets)))
        }
      })
    )
    // Half of all draws are seen to be no better than the mean, and none of the upper 64th is looked at so.
    expect([mostLuckAt(0.5, 1), mostLuckAt(0.4, 1)]).toEqual([0, 0])
    expect(mostLuckAt(0.99, 1)).toBeGreaterThan(20)
  })
})

describe('what is believed of a chance', () => {
  it('has the moments of its beta variate', () => {
    const rng = createSeededRng('beta')
    const gamma = (shape: number): number =>
      -Array.from({ length: shape }, () => Math.log(1 - rng.next())).reduce((x, y) => x + y, 0)
    for (const [a, b] of [
      [1, 1],
      [5, 2],
      [40, 3]
    ] as const) {
      const values = Array.from({ length: 5_000 }, () => {
        const x = gamma(a)
        return x / (x + gamma(b))
      })
      const belief = betaBelief(a, b)
      expect(Math.abs(mean(values) - belief.mean)).toBeLessThan(0.02)
      expect(Math.abs(Math.sqrt(variance(values)) - belief.sd)).toBeLessThan(0.02)
    }
  })
})

describe('a belief about a speed', () => {
  const prior = { value: 1_000, spread: 0.6, weight: 2 }

  it('begins at the promise and comes to what is seen', () => {
    expect(Math.exp(beliefOf(undefined, prior, 0).mean)).toBeCloseTo(1_000, 6)
    let seen: LogNormal | undefined
    for (let i = 0; i < 200; i++) {
      seen = observeValue(seen, i % 2 === 0 ? 3_000 : 5_000, i)
    }
    const belief = beliefOf(seen, prior, 200)
    expect(Math.exp(belief.mean)).toBeGreaterThan(3_700)
    expect(Math.exp(belief.mean)).toBeLessThan(4_000)
    expect(belief.doubt).toBeLessThan(0.05)
    expect(p95Of(belief)).toBeGreaterThan(5_000)
    expect(Math.abs(meanAt(belief, 0) - 4_000)).toBeLessThan(250)
    expect(meanAt(belief, 2)).toBeGreaterThan(meanAt(belief, 0))
  })

  it('fades by half in its half-life, and is never upset by rubbish', () => {
    const seen = observeValue(undefined, 10, 0)
    expect(observeValue(seen, Number.NaN, SPEED_HALF_LIFE_MS).weight).toBeCloseTo(0.5, 9)
    expect(observeValue(seen, 0, 0)).toEqual(seen)
    expect(observeValue(seen, Number.POSITIVE_INFINITY, 0)).toEqual(seen)
    expect(beliefOf(seen, prior, 1e12).mean).toBeCloseTo(Math.log(1_000), 6)
  })
})

describe('the life of a node', () => {
  const [mine, other] = ['mine' as SessionId, 'other' as SessionId]
  const live = (...events: LifeEvent[]): NodeLife => events.reduce(nextLife, REGISTERED)
  const good: LifeEvent = { type: 'assessed', isQualified: true }
  const bad: LifeEvent = { type: 'assessed', isQualified: false }
  const pool: LifeEvent[] = [{ type: 'seen' }, { type: 'played' }, good, good]
  const reserve: LifeEvent = { type: 'reserve', session: mine, untilMs: 300, executions: 2 }

  it('leads from the registry through tests into the pool, and by a reservation back into it', () => {
    expect(live({ type: 'played' }, good)).toEqual(REGISTERED)
    expect(live(...pool.slice(0, 2))).toEqual({ state: 'in-test' })
    expect(live(...pool.slice(0, 3))).toEqual({ state: 'qualified' })
    expect(live(...pool)).toEqual({ state: 'ephemeral' })
    expect(live(...pool, reserve)).toEqual({ state: 'reserved', session: mine, untilMs: 300, executionsLeft: 2 })
    expect(live(...pool, reserve, { type: 'executed' }, { type: 'executed' })).toEqual({ state: 'released' })
    expect(live(...pool, reserve, { type: 'release' }, good)).toEqual({ state: 'ephemeral' })
    expect(live(...pool, reserve, { type: 'release' }, bad)).toEqual({ state: 'in-test' })
    expect(live(...pool, { type: 'pin', session: other }, { type: 'lapsed' }, { type: 'unpin' })).toEqual({ state: 'released' })
    expect(live(...pool, { type: 'lapsed' })).toEqual(REGISTERED)
  })

  it('lets no reservation outlive its time, nor take a node from another session', () => {
    expect(live(...pool, reserve, { type: 'sweep', nowMs: 299 }).state).toBe('reserved')
    expect(live(...pool, reserve, { type: 'sweep', nowMs: 300 }).state).toBe('released')
    expect(live(...pool, reserve, { ...reserve, session: other })).toMatchObject({ session: mine })
    expect(isAvailable(live(...pool, reserve), mine)).toBe(true)
    expect(isAvailable(live(...pool, reserve), other)).toBe(false)
    expect(isAvailable(live(...pool), other)).toBe(true)
    expect(isAvailable(live(...pool.slice(0, 3)), other)).toBe(false)
  })

  it('has a node in the pool, reserved or pinned only after it was found good', () => {
    const events: fc.Arbitrary<LifeEvent> = fc.oneof(
      fc.constantFrom<LifeEvent>(
        { type: 'seen' },
        { type: 'lapsed' },
        { type: 'played' },
        { type: 'executed' },
        { type: 'release' },
        { type: 'unpin' },
        bad,
        good,
        { type: 'pin', session: mine }
      ),
      fc.record({ type: fc.constant('sweep' as const), nowMs: fc.integer({ min: 0, max: 9 }) }),
      fc.record({
        type: fc.constant('reserve' as const),
        session: fc.constantFrom(mine, other),
        untilMs: fc.integer({ min: 0, max: 9 }),
        executions: fc.integer({ min: 0, max: 3 })
      })
    )
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40 }), (history) => {
        let life = REGISTERED
        for (const event of history) {
          const next = nextLife(life, event)
          const entered = next.state === life.state ? null : next.state
          if (entered === 'ephemeral') {
            expect([life.state, event]).toEqual([expect.stringMatching(/^(qualified|released)$/), good])
          }
          if (entered === 'reserved') {
            expect(life.state).toBe('ephemeral')
          }
          if (entered === 'dedicated') {
            expect(life.state).toMatch(/^(ephemeral|qualified)$/)
          }
          expect(next.state !== 'reserved' || next.executionsLeft > 0).toBe(true)
          life = next
        }
      })
    )
  })
})

describe('the policy of a session', () => {
  const terms: SessionTerms = {
    mode: 'hybrid',
    sla: 'high',
    redundant: true,
    minNodes: 1,
    maxNodes: 3,
    validators: 0,
    reservedNodes: 2,
    reserveSeconds: 86_400,
    maxExecutions: 0,
    maxPrice: 2_500_000n
  }

  it('keeps nobody longer than the network allows, and asks two miners at least where answers are to be compared', () => {
    expect(policyOf(terms)).toMatchObject({
      sla: 'high',
      mode: 'hybrid',
      redundancy: 2,
      reserveMs: 300_000,
      reservedExecutions: 5,
      maxPriceMicroPerKilotoken: 2_500
    })
    expect(policyOf({ ...terms, redundant: false, reservedNodes: 0 })).toMatchObject({
      redundancy: 1,
      reserveMs: 0,
      reservedExecutions: 0
    })
    expect(policyOf({ ...terms, minNodes: 3 }).redundancy).toBe(3)
  })
})
