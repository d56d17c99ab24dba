import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { matchingFigures, shareOfNames } from './matching-figures.js'
import { skillFigures } from './skill-figures.js'

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

describe('the figures of skill and matching', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(hashOf(skillFigures('one', 20))).toBe(hashOf(skillFigures('one', 20)))
    expect(hashOf(skillFigures('two', 20))).not.toBe(hashOf(skillFigures('one', 20)))
    expect(hashOf(matchingFigures(['one'], 100, 50))).toBe(hashOf(matchingFigures(['one'], 100, 50)))
    expect(hashOf(matchingFigures(['two'], 100, 50))).not.toBe(hashOf(matchingFigures(['one'], 100, 50)))
  })

  it('show that names do not multiply tasks where capacity is measured', () => {
    const shareOf = (count: number, isCapacityMeasured: boolean): number =>
      ['a', 'c'].reduce((sum, seed) => sum + shareOfNames(seed, 900, 300, { every: 5, count, isCapacityMeasured }), 0)
    const four = shareOf(4, true)
    expect(four).toBeLessThan(1.2 * shareOf(1, true))
    expect(shareOf(4, false)).toBeGreaterThan(1.3 * shareOf(1, false))
  })

  it('show that measuring pays, even where little is measured', () => {
    const { quality } = matchingFigures(['small'], 600, 300)
    expect(quality.skill).toBeGreaterThan(quality.random)
    const { items } = skillFigures('small', 30)
    expect(items.free.adaptive.median).toBeLessThan(items.free.random.median)
  })
})
