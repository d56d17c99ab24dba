import { describe, expect, test } from 'vitest'
import { expectAllHold, LARGE_SIZES, MEDIUM_SIZES, SMALL_SIZES } from './runs.js'
import { runSchedule } from './schedule.js'

/** About the same time for every size. */
const countOf = (n: number): number => Math.max(4, Math.round(1_000 / n ** 1.5))

describe('random schedules with up to f liars, crashes and a reorganisation keep the invariants', () => {
  test.each([...SMALL_SIZES, ...MEDIUM_SIZES, ...LARGE_SIZES])('in a committee of %i', { timeout: 60_000 }, (n) => {
    const count = countOf(n)
    const { commits } = expectAllHold(n, count)
    expect(commits).toBeGreaterThanOrEqual(2 * count)
  })

  test('and hold what the name says', { timeout: 60_000 }, () => {
    const { crashes, reorgs, views } = expectAllHold(4, 100)
    expect(crashes).toBeGreaterThan(100)
    expect(reorgs).toBeGreaterThan(25)
    expect(views).toBeGreaterThan(50)
  })

  test('the same seed gives the same history', () => {
    const [one, two] = [runSchedule({ n: 5, seed: 'twice' }), runSchedule({ n: 5, seed: 'twice' })]
    expect(one).toEqual(two)
    expect(runSchedule({ n: 5, seed: 'another' })).not.toEqual(one)
  })
})
