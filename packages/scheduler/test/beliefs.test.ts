import type { SessionId, SessionTerms } from '@cortensor/interface'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBeta, drawNormal } from '../src/draws.js'
import { isAvailable, type LifeEvent, type NodeLife, nextLife, policyOf, REGISTERED } from '../src/index.js'
import { beliefOf, drawMean, type LogNormal, observeValue, p95Of, SPEED_HALF_LIFE_MS } from '../src/log-normal.js'

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

describe('draws', () => {
  it('have the moments of their distributions', () => {
    const rng = createSeededRng('draws')
    const normals = Array.from({ length: 20_000 }, () => drawNormal(rng))
    expect(Math.abs(mean(normals))).toBeLessThan(0.03)
    expect(Math.abs(mean(normals.map((x) => x * x)) - 1)).toBeLessThan(0.05)
    for (const [a, b] of [
      [1, 1],
      [5, 2],
      [40, 3]
    ] as const) {
      const betas = Array.from({ length: 10_000 }, () => drawBeta(a, b, rng))
      const expected = a / (a + b)
      expect(Math.abs(mean(betas) - expected)).toBeLessThan(0.015)
      const variance = (a * b) / ((a + b) ** 2 * (a + b + 1))
      expect(Math.abs(mean(betas.map((x) => (x - expected) ** 2)) - variance)).toBeLessThan(0.005)
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
    const rng = createSeededRng('speed')
    const drawn = mean(Array.from({ length: 2_000 }, () => drawMean(belief, rng)))
    expect(Math.abs(drawn - 4_000)).toBeLessThan(250)
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
