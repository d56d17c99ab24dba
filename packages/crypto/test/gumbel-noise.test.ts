import { describe, expect, it } from 'vitest'
import { halfSipHash } from '../src/half-sip-hash.js'
import { exactExp, exactLn, gumbelNoise } from '../src/index.js'

/** A double as its bits, so that the last one counts. */
function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

describe('exact mathematics', () => {
  it('is within a few units of the last place of the true values', () => {
    let worst = 0
    for (let i = 0; i < 20_000; i++) {
      const x = 2 ** (((i * 0.618034) % 1) * 120 - 60)
      const y = -((i * 0.618034) % 1) * 700
      worst = Math.max(worst, Math.abs(exactLn(x) / Math.log(x) - 1), Math.abs(exactExp(y) / Math.exp(y) - 1))
    }
    expect(worst).toBeLessThan(1e-15)
    expect([exactLn(1), exactExp(0), exactExp(-800)]).toEqual([0, 1, 0])
  })

  it('has the same bits everywhere', () => {
    expect([0.1, 0.5, 2, 3, 1e-300, 1e300, 1 - 2 ** -53].map((x) => bitsOf(exactLn(x)))).toMatchInlineSnapshot(`
      [
        "c0026bb1bbb55515",
        "bfe62e42fefa39ef",
        "3fe62e42fefa39ef",
        "3ff193ea7aad030b",
        "c085963447f87fb5",
        "4085963447f87fb5",
        "bca0000000000000",
      ]
    `)
    expect([-1, -0.1, -20, -700, 1, 10].map((x) => bitsOf(exactExp(x)))).toMatchInlineSnapshot(`
      [
        "3fd78b56362cef38",
        "3fecf46d99d52b3a",
        "3e21b48655f37267",
        "00d14f2b0fb9307f",
        "4005bf0a8b14576a",
        "40d5829dcf950560",
      ]
    `)
  })
})

describe('the keyed hash', () => {
  it('gives what its authors published for a message of four bytes', () => {
    expect(halfSipHash(0x03020100, 0x07060504, 0x03020100)).toEqual({ first: 0x178ae7d5, second: 0xa12ee55b })
  })
})

describe('noise', () => {
  const seed = Uint8Array.from({ length: 32 }, (_, index) => index)

  it('has the same bits everywhere', () => {
    const values = [0, 1, 2 ** 32 + 5].flatMap((position) =>
      [0, 1, 128_255].map((token) => bitsOf(gumbelNoise(seed, position)(token)))
    )
    expect(values).toMatchInlineSnapshot(`
      [
        "3fd9d1c8b868aff8",
        "3fe8dcf4b871f460",
        "3fe723d70853c93f",
        "3fd5bd7a75d6e63f",
        "3fb4d3a6195d88af",
        "3fc7d66f3c2e2bcb",
        "bfe2d6d9526b3805",
        "3fd19966f5a13a14",
        "3ff1a8c1a047f9e4",
      ]
    `)
  })

  it('depends on seed, position and token alone', () => {
    const noise = gumbelNoise(seed, 7)
    expect(noise(3)).toBe(gumbelNoise(Uint8Array.from(seed), 7)(3))
    expect(new Set([noise(3), noise(4), gumbelNoise(seed, 8)(3), gumbelNoise(seed.subarray(1), 7)(3)]).size).toBe(4)
  })

  it('is a Gumbel variable: mean, variance, and the shares that a softmax wants', () => {
    const logits = [1, 0, -1, -3]
    const weights = logits.map((logit) => Math.exp(logit))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const wins = [0, 0, 0, 0]
    const draws = 40_000
    let sum = 0
    let squares = 0
    for (let position = 0; position < draws; position++) {
      const noise = gumbelNoise(seed, position)
      const scores = logits.map((logit, token) => logit + noise(token))
      const best = scores.indexOf(Math.max(...scores))
      wins[best] = (wins[best] ?? 0) + 1
      sum += noise(99)
      squares += noise(99) ** 2
    }
    const mean = sum / draws
    expect(mean).toBeCloseTo(0.5772, 1)
    expect(squares / draws - mean ** 2).toBeCloseTo(Math.PI ** 2 / 6, 1)
    for (const [index, weight] of weights.entries()) {
      // Five standard deviations of a share.
      expect(Math.abs((wins[index] ?? 0) / draws - weight / total)).toBeLessThan(0.0125)
    }
  })
})
