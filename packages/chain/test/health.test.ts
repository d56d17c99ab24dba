import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Health, type HealthEvent, isBehind, rank, reduceHealth, UNCHECKED } from '../src/endpoints/health.js'

const LIMITS = { maxLagBlocks: 5, maxHeadAgeMs: 60_000 }
const NOW = 1_000_000

const health = fc.record({
  state: fc.constantFrom('unchecked' as const, 'up' as const, 'down' as const, 'wrong-chain' as const),
  failures: fc.nat(40),
  retryAtMs: fc.integer({ min: NOW - 10_000, max: NOW + 10_000 }),
  latencyMs: fc.option(fc.nat(10_000)),
  head: fc.option(
    fc.record({
      number: fc.nat(30),
      timestampMs: fc.integer({ min: NOW - 200_000, max: NOW }),
      observedAtMs: fc.integer({ min: NOW - 200_000, max: NOW })
    })
  )
})
const event: fc.Arbitrary<HealthEvent> = fc.oneof(
  fc.record({ type: fc.constant('checked' as const), isRight: fc.boolean() }),
  fc.record({ type: fc.constant('answered' as const), latencyMs: fc.nat(10_000) }),
  fc.record({ type: fc.constant('failed' as const), atMs: fc.nat(NOW), chance: fc.double({ min: 0, max: 0.999, noNaN: true }) })
)

describe('health of an RPC', () => {
  it('is for good once the chain is a wrong one, and never up before a check', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let state: Health = UNCHECKED
        let [checked, wrong] = [false, false]
        for (const each of events) {
          state = reduceHealth(state, each)
          checked ||= each.type === 'checked' && !wrong
          wrong ||= each.type === 'checked' && !each.isRight
          expect(state.state === 'wrong-chain').toBe(wrong)
          if (state.state === 'up') {
            expect(checked).toBe(true)
          }
        }
      })
    )
  })

  it('waits longer after each failure, within bounds, and spreads the retries', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
        const { retryAtMs, state } = reduceHealth({ ...UNCHECKED, failures }, { type: 'failed', atMs: NOW, chance })
        expect(state).toBe('down')
        expect(retryAtMs - NOW).toBeGreaterThanOrEqual(125)
        expect(retryAtMs - NOW).toBeLessThanOrEqual(5_000)
      })
    )
  })

  it('never ranks a URL of another chain, one that is not due, or for reads one that is behind', () => {
    fc.assert(
      fc.property(fc.array(health, { maxLength: 6 }), fc.boolean(), (all, isRead) => {
        const order = rank(all, LIMITS, NOW, isRead)
        expect(new Set(order).size).toBe(order.length)
        for (const index of order) {
          const each = all[index] as Health
          expect(each.state).not.toBe('wrong-chain')
          expect(each.state === 'down' && each.retryAtMs > NOW).toBe(false)
          expect(isRead && isBehind(all, index, LIMITS, NOW)).toBe(false)
        }
        // The best head of all is never behind.
        const heads = all.flatMap(({ head, state }, index) => (head === null || state !== 'up' ? [] : [{ ...head, index }]))
        const best = heads.toSorted((a, b) => b.number - a.number)[0]
        const isAlone = heads.length === 1 && all.length === 1
        if (best !== undefined && isAlone) {
          expect(order).toContain(best.index)
        }
        const states = order.map((index) => ['up', 'unchecked', 'down'].indexOf((all[index] as Health).state))
        expect(states).toEqual(states.toSorted())
      })
    )
  })

  it('asks a slow one last, and prefers the order of the list otherwise', () => {
    const up = (latencyMs: number): Health => ({ ...UNCHECKED, state: 'up', latencyMs })
    expect(rank([up(50), up(5)], LIMITS, NOW, true)).toEqual([0, 1])
    expect(rank([up(2_000), up(20)], LIMITS, NOW, true)).toEqual([1, 0])
  })
})
