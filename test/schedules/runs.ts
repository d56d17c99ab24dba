import { expect } from 'vitest'
import { runSchedule, type ScheduleResult } from './schedule.js'

/** As in the specification: every size up to 10, and some up to the largest. */
export const SMALL_SIZES = [3, 4, 5, 6, 7, 8]
export const MEDIUM_SIZES = [9, 10, 13]
export const LARGE_SIZES = [16, 31]

export type Tally = Omit<ScheduleResult, 'violations'>

/** Runs so many histories, and fails with the seed of the first one in which an invariant did not hold. */
export async function expectAllHold(n: number, count: number): Promise<Tally> {
  const tally: Tally = { commits: 0, reorgs: 0, crashes: 0, views: 0, messages: 0 }
  for (let i = 0; i < count; i++) {
    const { violations, ...counts } = await runSchedule({ n, seed: `${i}` })
    if (violations.length > 0) {
      const what = violations.map(({ invariant, message }) => `${invariant}: ${message}`)
      expect(what, `runSchedule({ n: ${n}, seed: '${i}' })`).toEqual([])
    }
    for (const key of Object.keys(counts) as (keyof Tally)[]) {
      tally[key] += counts[key]
    }
  }
  return tally
}
