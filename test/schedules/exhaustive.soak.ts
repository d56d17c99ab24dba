import { expect, test } from 'vitest'
import { exploreAll } from './exhaustive.js'

/** Some 40,000 states each. */
const MAX_STATES = 200_000

test.each([false, true])('every history of one epoch and two views of 3 members is safe (the first leader lies: %s)', (liar) => {
  const result = exploreAll({ n: 3, liar, reorgs: 0, lastEpoch: 1, maxStates: MAX_STATES })
  expect(result).toMatchObject({ complete: true, violation: null })
})

/** Bounded: all of these histories are too many, and the shortest come first. */
test.each([
  { n: 3 as const, liar: false },
  { n: 3 as const, liar: true },
  { n: 4 as const, liar: false },
  { n: 4 as const, liar: true }
])('the shortest histories of $n members with a reorganisation and a crash are safe (liar: $liar)', (init) => {
  const result = exploreAll({ ...init, reorgs: 1, crashes: 1, maxStates: MAX_STATES })
  console.info(init, result)
  expect(result.violation).toBe(null)
})
