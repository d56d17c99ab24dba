import { isDeepStrictEqual } from 'node:util'
import { decodeReport, encodeReport, MAX_REPORT_BYTES } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { wireCodeOf } from './helpers/codecs.js'
import { largeReport } from './helpers/large-report.js'

describe('a report block', () => {
  it.each([
    { nodes: 24, results: 10_000, consumed: 0, oracles: 4 },
    { nodes: 200, results: 1_000, consumed: 20_000, oracles: 31 },
    { nodes: 1_000, results: 1_000, consumed: 10_000, oracles: 7 }
  ])('holds $results results, $nodes nodes, $oracles observations and $consumed consumed items', (init) => {
    const report = largeReport(init)
    const bytes = encodeReport(report)
    expect(bytes.byteLength).toBeLessThanOrEqual(MAX_REPORT_BYTES)
    // Much faster than `toEqual` for values of this size.
    expect(isDeepStrictEqual(decodeReport(bytes), report)).toBe(true)
  })

  it('is refused above its limit before anything is parsed', () => {
    expect(wireCodeOf(() => encodeReport(largeReport({ nodes: 4, results: 4, consumed: 55_000, oracles: 4 })))).toBe(
      'WIRE_TOO_LARGE'
    )
    expect(wireCodeOf(() => decodeReport(new Uint8Array(MAX_REPORT_BYTES + 1)))).toBe('WIRE_TOO_LARGE')
  })

  it('takes at most 190 bytes a result', () => {
    const size = (results: number): number => encodeReport(largeReport({ nodes: 4, results, consumed: 0, oracles: 4 })).byteLength
    expect((size(550) - size(50)) / 500).toBeLessThanOrEqual(190)
  })
})
