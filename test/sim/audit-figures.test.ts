import { describe, expect, it } from 'vitest'
import { type AuditFigures, auditFigures, auditLoad, chanceToCatch, READING_SHARE } from './audit-figures.js'

const MINERS = 600
const DETECTION = 0.98
/** Standard errors within which a share of so many miners lies; the seed is fixed, so this says how far chance may have led it. */
const SURE = 4

describe('audits at the rate of an established miner', () => {
  const figures: AuditFigures = auditFigures(MINERS, DETECTION)

  it('catch who cheats within 100 answers with a chance of 99 %', () => {
    expect(chanceToCatch(100, DETECTION)).toBeGreaterThanOrEqual(0.99)
    for (const { computed, refuted } of figures.caught) {
      const error = Math.sqrt((computed * (1 - computed)) / MINERS)
      expect(Math.abs(refuted - computed)).toBeLessThanOrEqual(SURE * error)
    }
  })

  it('eject who was caught soon after, because everything of it is audited again', () => {
    const [early, , late] = figures.caught
    expect(late?.ejected).toBeGreaterThanOrEqual((late?.refuted ?? 1) - 0.03)
    expect(early?.ejected).toBeGreaterThanOrEqual((early?.refuted ?? 1) - 0.15)
  })

  it('take at most 3 % of the computing', () => {
    const last = figures.audited.at(-1)
    expect(last?.now).toBeCloseTo(0.05, 6)
    expect(auditLoad(last?.now ?? 1, READING_SHARE)).toBeLessThanOrEqual(0.03)
  })

  it('begin with everything and get fewer with every one that finds nothing', () => {
    const shares = figures.audited.map(({ ofAll }) => ofAll)
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
    expect(shares[0]).toBeGreaterThan(0.4)
  })
})
