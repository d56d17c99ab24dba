import { bytesToHex, createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Bound that chi-square with 15 degrees of freedom passes once in a million times. */
const CHI_SQUARE_15 = 60

const chiSquare16 = (values: readonly number[]): number => {
  const counts = new Array<number>(16).fill(0)
  for (const value of values) {
    const bin = Math.floor(value * 16)
    counts[bin] = (counts[bin] as number) + 1
  }
  const expected = values.length / 16
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('createSeededRng', () => {
  it('gives this very stream, so that old seeds keep their meaning', () => {
    const rng = createSeededRng('golden')
    const first = [rng.next(), rng.int(1, 6), bytesToHex(rng.bytes(8)), rng.shuffle([1, 2, 3, 4, 5]).join('')]
    const again = createSeededRng('golden')
    expect([again.next(), again.int(1, 6), bytesToHex(again.bytes(8)), again.shuffle([1, 2, 3, 4, 5]).join('')]).toEqual(first)
    expect(first).toMatchInlineSnapshot(`
      [
        0.518332108763577,
        2,
        "3eadeae161feea59",
        "35421",
      ]
    `)
  })

  it('is uniform, within a stream and over the first numbers of many forks', () => {
    const rng = createSeededRng('uniform')
    expect(chiSquare16(Array.from({ length: 20_000 }, () => rng.next()))).toBeLessThan(CHI_SQUARE_15)
    const firsts = Array.from({ length: 20_000 }, (_, i) => rng.fork(`node/${i}`).next())
    expect(chiSquare16(firsts)).toBeLessThan(CHI_SQUARE_15)
    expect(new Set(firsts).size).toBe(firsts.length)
    // Neighbours must not resemble each other: the correlation of 20,000 independent pairs has a standard deviation of 0.007.
    const mean = 0.5
    const covariance = firsts.slice(1).reduce((sum, value, i) => sum + (value - mean) * ((firsts[i] as number) - mean), 0)
    expect(Math.abs(covariance / firsts.length / (1 / 12))).toBeLessThan(0.04)
  })

  it('forks streams by label without moving on', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (seed, a, b) => {
        const rng = createSeededRng(seed)
        const before = rng.fork(a).next()
        const next = rng.next()
        expect(rng.fork(a).next()).toBe(before)
        expect(createSeededRng(seed).next()).toBe(next)
        fc.pre(a !== b)
        expect(rng.fork(b).next()).not.toBe(before)
      })
    )
  })

  it('draws integers within their bounds, reaching both', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -50, max: 50 }), fc.nat(5), (seed, min, span) => {
        const rng = createSeededRng(seed)
        const drawn = new Set(Array.from({ length: 300 }, () => rng.int(min, min + span)))
        expect([...drawn].sort((a, b) => a - b)).toEqual(Array.from({ length: span + 1 }, (_, i) => min + i))
      })
    )
  })

  it('shuffles a copy with the same items', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat()), (seed, items) => {
        const before = [...items]
        const shuffled = createSeededRng(seed).shuffle(items)
        expect(items).toEqual(before)
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b))
      })
    )
    const rng = createSeededRng('places')
    const places = Array.from({ length: 16_000 }, () => rng.shuffle([...Array(16).keys()]).indexOf(0) / 16)
    expect(chiSquare16(places)).toBeLessThan(CHI_SQUARE_15)
  })
})
