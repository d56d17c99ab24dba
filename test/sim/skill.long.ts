import { describe, expect, it } from 'vitest'
import { matchingFigures } from './matching-figures.js'
import { roundFigures } from './round-figures.js'
import { skillFigures } from './skill-figures.js'

/** Seconds of computing; a shared machine takes several times as long. */
const TIMEOUT_MS = 300_000

describe('measured skill, on nodes of known ability', () => {
  it('takes few items, and its intervals hold what they promise', { timeout: TIMEOUT_MS }, () => {
    const { compactLoss, coverage, difficultyError, items } = skillFigures('test', 1_000)
    expect(items.free.adaptive.median).toBeLessThanOrEqual(10)
    expect(items.choice.adaptive.median).toBeLessThanOrEqual(16)
    expect(items.free.random.median).toBeGreaterThan(2 * items.free.adaptive.median)
    for (const share of [coverage.measured, coverage.idle]) {
      expect(share).toBeGreaterThanOrEqual(88)
      expect(share).toBeLessThanOrEqual(92)
    }
    expect(coverage.calibratedItems).toBeGreaterThan(coverage.wrongItems)
    expect(difficultyError.after).toBeLessThan(0.7 * difficultyError.before)
    expect(compactLoss.mean).toBeLessThan(50)
  })

  it('by rounds takes fewer items of the catalogue than by chance', { timeout: TIMEOUT_MS }, () => {
    const { coverage, items } = roundFigures('test', 20)
    expect(items.free.adaptive).toBeLessThanOrEqual(10)
    expect(items.free.adaptive).toBeLessThan(items.free.random)
    expect(items.choice.adaptive).toBeLessThan(0.75 * items.choice.random)
    // Of 240 games: two standard errors of 88.3, as measured with three times as many.
    expect(coverage).toBeGreaterThan(84)
  })
})

describe('matching by measured skill', () => {
  it('comes near to one who knows everything, and far ahead of tiers and chance', { timeout: TIMEOUT_MS }, () => {
    const { quality } = matchingFigures(['test', 'second', 'third'], 4_000, 2_000)
    expect(quality.skill).toBeGreaterThanOrEqual(0.95 * quality.clairvoyant)
    expect(quality.skill).toBeGreaterThanOrEqual(1.25 * quality.random)
    expect(quality.skill).toBeGreaterThanOrEqual(1.1 * quality.tiers)
  })
})
