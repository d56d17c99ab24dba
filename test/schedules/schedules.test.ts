import { describe, expect, test } from 'vitest'
import { expectAllHold, LARGE_SIZES, MEDIUM_SIZES, SMALL_SIZES } from './runs.js'
import { runSchedule } from './schedule.js'

/** About the same time for every size. */
const countOf = (n: number): number => Math.max(4, Math.round(300 / n ** 1.5))

describe('random schedules with up to f liars, crashes and a reorganisation keep the invariants', () => {
  test.each([...SMALL_SIZES, ...MEDIUM_SIZES, ...LARGE_SIZES])('in a committee of %i', { timeout: 60_000 }, async (n) => {
    const count = countOf(n)
    const { commits } = await expectAllHold(n, count)
    expect(commits).toBeGreaterThanOrEqual(2 * count)
  })

  test('and hold what the name says', { timeout: 60_000 }, async () => {
    const { crashes, reorgs, views } = await expectAllHold(4, 40)
    expect(crashes).toBeGreaterThan(30)
    expect(reorgs).toBeGreaterThan(10)
    expect(views).toBeGreaterThan(20)
  })

  test('the same seed gives the same history', async () => {
    const [one, two] = [await runSchedule({ n: 5, seed: 'twice' }), await runSchedule({ n: 5, seed: 'twice' })]
    expect(one).toEqual(two)
    expect(await runSchedule({ n: 5, seed: 'another' })).not.toEqual(one)
  })
})
