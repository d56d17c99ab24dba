import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPrice } from '../src/price/next-price.js'
import { isQualified, reliabilityLowerMilli } from '../src/reputation/reliability.js'
import { decayed, HALF_LIFE_EPOCHS, newReputation, pointsOf, recorded } from '../src/reputation/reputation.js'

const played = (rounds: number) =>
  Array.from({ length: rounds }, () => [
    { stage: 'precommit', succeeded: true } as const,
    { stage: 'reveal', succeeded: true } as const
  ]).flat()

describe('reputation', () => {
  it('counts by stage and halves in its half-life', () => {
    const start = recorded(newReputation(10), 10, [...played(1), { stage: 'task', succeeded: false }])
    expect(start).toEqual({
      epoch: 10,
      stages: {
        precommit: { entered: 1_000, succeeded: 1_000 },
        reveal: { entered: 1_000, succeeded: 1_000 },
        task: { entered: 1_000, succeeded: 0 }
      }
    })
    expect(pointsOf(start)).toEqual({ points: 2_000, misses: 1_000 })
    const later = decayed(start, 10 + HALF_LIFE_EPOCHS)
    expect(Math.abs((later.stages.reveal?.entered ?? 0) - 500)).toBeLessThanOrEqual(1)
    expect(decayed(start, 10 + 20 * HALF_LIFE_EPOCHS).stages).toEqual({})
    expect(decayed(start, 3)).toEqual(start)
  })

  it('bounds reliability by the lower tenth of the Beta posterior', () => {
    // Without misses that is 0.1^(1/(n+1)), exactly.
    for (const n of [0, 1, 3, 6, 20, 100]) {
      expect(Math.abs(reliabilityLowerMilli({ points: n * 1_000, misses: 0 }) - 1_000 * 0.1 ** (1 / (n + 1)))).toBeLessThan(2)
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 50_000 }), (points, misses) => {
        const bound = reliabilityLowerMilli({ points, misses })
        expect(bound).toBeLessThanOrEqual((1_000 * (points + 1_000)) / (points + misses + 2_000))
        expect(reliabilityLowerMilli({ points: points + 1_000, misses })).toBeGreaterThanOrEqual(bound)
        expect(reliabilityLowerMilli({ points, misses: misses + 1_000 })).toBeLessThanOrEqual(bound)
      }),
      { numRuns: 50 }
    )
  })

  it('qualifies after three good rounds, not after failures, never in alarm', () => {
    const good = (rounds: number) => recorded(newReputation(1), 1, played(rounds))
    const standing = (rounds: number, reputation = good(rounds)) => ({
      ...{ reliabilityMilli: reliabilityLowerMilli(pointsOf(reputation)), rounds, isHonestyInAlarm: false }
    })
    expect(isQualified(standing(2))).toBe(false)
    expect(isQualified(standing(3))).toBe(true)
    expect(isQualified({ ...standing(3), isHonestyInAlarm: true })).toBe(false)
    const failed = Array.from({ length: 6 }, () => ({ stage: 'reveal', succeeded: false }) as const)
    expect(isQualified(standing(3, recorded(good(3), 2, failed)))).toBe(false)
  })
})

describe('the next price', () => {
  const bounds = { minMicro: 1n, maxMicro: 10n ** 12n }
  const at = (used: bigint, capacity = 1_000n): bigint => nextPrice(80_000n, { used, capacity }, bounds)

  it('stays at half utilisation and moves by an eighth at most', () => {
    expect(at(500n)).toBe(80_000n)
    expect(at(1_000n)).toBe(90_000n)
    expect(at(0n)).toBe(70_000n)
    expect(at(750n)).toBe(85_000n)
    expect(at(5_000n)).toBe(90_000n)
    expect(at(9n, 0n)).toBe(80_000n)
  })

  it('is never stuck above the target, and never leaves its bounds', () => {
    expect(nextPrice(1n, { used: 1_000n, capacity: 1_000n }, bounds)).toBe(2n)
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (price, used, capacity) => {
          const next = nextPrice(price, { used, capacity }, bounds)
          expect(next >= bounds.minMicro && next <= bounds.maxMicro).toBe(true)
          expect(next <= price + price / 8n + 1n && next >= price - price / 8n - 1n).toBe(true)
          expect(used * 2n > capacity ? next > price || next === bounds.maxMicro : next <= price).toBe(true)
        }
      )
    )
  })
})
