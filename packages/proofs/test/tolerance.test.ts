import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Calibration, defaultTolerance, isExactClass, type ToleranceQuery, toleranceFor } from '../src/index.js'

const HERE = 'node-llama-cpp@3.22.1/llama.cpp@b1/cpu/avx2'
const ELSEWHERE = 'node-llama-cpp@3.22.1/llama.cpp@b1/cpu/avx512f'
const CARD = 'node-llama-cpp@3.22.1/llama.cpp@b1/cuda/avx2'
const query: ToleranceQuery = {
  ...{ model: 'ab' as never, quantisation: 'Q8_0', writer: ELSEWHERE, reader: HERE, isCanonical: false }
}
const { isCanonical: _, ...named } = query
const record: Calibration = { ...named, answers: 250, tokens: 9_999, maxGap: 0.2, maxLogitDifference: 0.4 }

const quantisations = fc.constantFrom('F16', 'F32', 'BF16', 'Q8_0', 'Q4_0', 'Q4_K')
const size = fc.double({ min: 0, max: 2, noNaN: true })
const calibrations = fc.array(
  fc.record({ answers: fc.nat(1_000), maxGap: size, maxLogitDifference: size, writer: fc.constantFrom(HERE, ELSEWHERE, CARD) }),
  { maxLength: 4 }
)
const queries = fc.record({
  model: fc.constant(query.model),
  quantisation: quantisations,
  writer: fc.constantFrom(HERE, ELSEWHERE, CARD),
  reader: fc.constantFrom(HERE, CARD),
  isCanonical: fc.boolean()
})

describe('tolerances', () => {
  it('come from what was measured for just this class, else from the quantisation', () => {
    const byDefault = defaultTolerance('Q8_0', 'none')
    expect(toleranceFor(query, [])).toEqual(byDefault)
    expect(toleranceFor(query, [{ ...record, writer: 'x' }])).toEqual(byDefault)
    expect(toleranceFor(query, [record, { ...record, maxGap: 0.1 }])).toEqual({ ...byDefault, gap: 0.4, logit: 0.8 })
    const none = { ...record, maxGap: 0, maxLogitDifference: 0 }
    expect(toleranceFor(query, [none, none])).toEqual({ ...byDefault, gap: 0.01, logit: 0.02 })
    expect(toleranceFor(query, [none])).toEqual(byDefault)
  })

  it('are narrower where reader and writer have equal engines, and for told logits of canonical windows', () => {
    const equal = { ...query, writer: HERE }
    const canonical = { ...equal, isCanonical: true }
    expect(toleranceFor(equal, [])).toEqual(defaultTolerance('Q8_0', 'engine'))
    expect(toleranceFor(canonical, [{ ...record, writer: HERE }])).toEqual(defaultTolerance('Q8_0', 'windows'))
    expect(toleranceFor({ ...query, isCanonical: true }, [])).toEqual(defaultTolerance('Q8_0', 'none'))
    // Tokens of canonical answers are drawn before their windows are computed.
    expect(defaultTolerance('Q8_0', 'windows')).toEqual({ ...defaultTolerance('Q8_0', 'engine'), logit: 0.02 })
    expect(defaultTolerance('F16', 'engine').gap * 4).toBeLessThan(defaultTolerance('F16', 'none').gap)
  })

  it('ask nothing more of graphics cards, whose fingerprints do not say which they are', () => {
    for (const isCanonical of [false, true]) {
      const cards = { ...query, quantisation: 'F16', writer: CARD, reader: CARD, isCanonical }
      expect(toleranceFor(cards, [])).toEqual(defaultTolerance('F16', 'none'))
    }
    expect(isExactClass('Q8_0', CARD)).toBe(false)
    expect(isExactClass('Q8_0', HERE)).toBe(true)
    expect(isExactClass('F16', HERE)).toBe(false)
  })

  it('allow told logits of floats what other kernels make of them', () => {
    const floats = defaultTolerance('F16', 'none')
    const [byOtherKernels, byOtherWeights] = [0.046, 0.17]
    expect(floats.logit).toBeGreaterThan(byOtherKernels * 1.5)
    expect(2 * floats.logit).toBeLessThan(byOtherWeights)
  })

  it('never ask more of an honest machine than was measured of its class, whatever else was', () => {
    fc.assert(
      fc.property(queries, calibrations, (asked, measured) => {
        const known = measured.map((each) => ({
          ...record,
          ...each,
          ...{ quantisation: asked.quantisation, reader: asked.reader }
        }))
        const { border, gap, logit } = toleranceFor(asked, known)
        const likeness = asked.writer === asked.reader && asked.reader !== CARD ? 'engine' : 'none'
        expect(border).toBe(defaultTolerance(asked.quantisation, likeness).border)
        const own = known.filter(({ writer }) => writer === asked.writer)
        if (!(asked.isCanonical && likeness === 'engine')) {
          expect(gap / 2).toBeGreaterThanOrEqual(Math.max(0, ...own.map(({ maxGap }) => maxGap)))
          expect(logit / 2).toBeGreaterThanOrEqual(Math.max(0, ...own.map(({ maxLogitDifference }) => maxLogitDifference)))
        }
        // An equal engine is never given more room than any other, while nothing was measured.
        const other = toleranceFor({ ...asked, writer: `${asked.reader}+avx512f` }, [])
        const equal = toleranceFor({ ...asked, writer: asked.reader }, [])
        expect(equal.gap).toBeLessThanOrEqual(other.gap)
        expect(equal.logit).toBeLessThanOrEqual(other.logit)
        expect(equal.border).toBe(other.border)
      })
    )
  })
})
