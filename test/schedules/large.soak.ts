import { expect, test } from 'vitest'
import { expectAllHold, LARGE_SIZES } from './runs.js'

test.each(LARGE_SIZES)('10,000 random schedules of a committee of %i keep the invariants', async (n) => {
  const tally = await expectAllHold(n, Number(process.env.SCHEDULES ?? 10_000))
  console.info(n, tally)
  expect(tally.commits).toBeGreaterThan(0)
})
