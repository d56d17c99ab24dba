import { gumbelNoise } from '@cortensor/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Candidates,
  countKept,
  DECODE_SPECS,
  decodeModeOf,
  drawToken,
  hashDecodeSpec,
  NATIVE_DECODE_SPEC,
  type SamplerParams,
  VERIFIABLE_DECODE_SPEC
} from '../src/index.js'

const OPEN: SamplerParams = { temperature: 1, topK: 0, topP: 1, minP: 0 }
const candidatesOf = (logits: readonly number[]): Candidates => ({
  ids: logits.map((_, index) => 100 + index),
  logits: logits.toSorted((a, b) => b - a)
})
const arbitraryLogits = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 40 }).map(candidatesOf)
const arbitrarySampling: fc.Arbitrary<SamplerParams> = fc.record({
  temperature: fc.constantFrom(0, 0.3, 1, 2),
  topK: fc.nat(50),
  topP: fc.constantFrom(0.1, 0.5, 0.95, 1),
  minP: fc.constantFrom(0, 0.05, 0.5)
})

describe('what can be drawn', () => {
  const probabilities = candidatesOf([0.5, 0.25, 0.15, 0.07, 0.03].map(Math.log))

  it.each([
    [{}, 5],
    [{ topK: 2 }, 2],
    [{ topK: 99 }, 5],
    [{ topP: 0.5 }, 1],
    [{ topP: 0.75 }, 2],
    [{ topP: 0.76 }, 3],
    [{ minP: 0.29 }, 3],
    [{ minP: 0.31 }, 2],
    // The nucleus is a share of what top-k left: 0.5 of 0.75.
    [{ topK: 2, topP: 0.66 }, 1],
    [{ topP: 0.9, minP: 0.6 }, 1]
  ])('with %j are the first %i', (sampling, expected) => {
    expect(countKept(probabilities, { ...OPEN, ...sampling })).toBe(expected)
  })

  it('grows with the slack and never vanishes', () => {
    fc.assert(
      fc.property(
        arbitraryLogits,
        arbitrarySampling,
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (candidates, sampling, slack) => {
          const [narrow, plain, wide] = [-slack, 0, slack].map((value) => countKept(candidates, sampling, value)) as [
            number,
            number,
            number
          ]
          expect(narrow).toBeGreaterThanOrEqual(1)
          expect(narrow).toBeLessThanOrEqual(plain)
          expect(plain).toBeLessThanOrEqual(wide)
          expect(wide).toBeLessThanOrEqual(candidates.ids.length)
        }
      ),
      // A tie at the cut, and a slack that no logit shows.
      { examples: [[candidatesOf([30, 30, 0]), { ...OPEN, topK: 1 }, Number.MIN_VALUE]] }
    )
  })
})

describe('the draw', () => {
  it('is one of the kept, and the first when greedy', () => {
    fc.assert(
      fc.property(
        arbitraryLogits,
        arbitrarySampling,
        fc.uint8Array({ maxLength: 32 }),
        fc.nat(),
        (candidates, sampling, seed, position) => {
          const token = drawToken(candidates, sampling, gumbelNoise(seed, position))
          const index = Array.from(candidates.ids).indexOf(token)
          expect(index).toBeGreaterThanOrEqual(0)
          expect(index).toBeLessThan(sampling.temperature === 0 ? 1 : countKept(candidates, sampling))
        }
      )
    )
  })

  it('does not depend on the unlikely rest', () => {
    const long = candidatesOf([5, 4, 3, -60, -61])
    for (let position = 0; position < 100; position++) {
      const noise = gumbelNoise(Uint8Array.of(1), position)
      const short = { ids: [100, 101, 102], logits: [5, 4, 3] }
      expect(drawToken(long, OPEN, noise)).toBe(drawToken(short, OPEN, noise))
    }
  })

  it('takes the smaller id of two equal scores', () => {
    expect(drawToken({ ids: [9, 4], logits: [1, 1] }, { ...OPEN, temperature: 1 }, () => 0)).toBe(4)
  })
})

describe('decode specs', () => {
  it('have hashes that others compute alike', () => {
    expect({
      VERIFIABLE_DECODE_SPEC,
      canonical: hashDecodeSpec(DECODE_SPECS.canonical),
      NATIVE_DECODE_SPEC
    }).toMatchInlineSnapshot(`
      {
        "NATIVE_DECODE_SPEC": "0x2d2bc152f833e387ec36ebb7ad14e363fe7a27a1258dcb310dae069effc3e18b",
        "VERIFIABLE_DECODE_SPEC": "0x57e80f2e47852c4611d5326bdb76f1dc00d55750765200cceb27aed72c170f86",
        "canonical": "0xdf468c26cdc7d6940e33f4cc2abf2ad541beda71601fd8ee56dd620f55ec05ae",
      }
    `)
  })

  it('are found by their hashes, and change them with every field', () => {
    expect(decodeModeOf(VERIFIABLE_DECODE_SPEC)).toBe('verifiable')
    expect(decodeModeOf(hashDecodeSpec(DECODE_SPECS.canonical))).toBe('canonical')
    expect(decodeModeOf(NATIVE_DECODE_SPEC)).toBe('native')
    const other = hashDecodeSpec({ ...DECODE_SPECS.verifiable, candidates: 41 })
    expect(other).not.toBe(VERIFIABLE_DECODE_SPEC)
    expect(decodeModeOf(other)).toBeNull()
  })
})
