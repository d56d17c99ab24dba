import { expect, test } from 'vitest'
import { exploreAll } from './exhaustive.js'

test.each([
  { n: 3 as const, liar: false, restarts: 2 },
  { n: 3 as const, liar: true, restarts: 1 },
  { n: 4 as const, liar: true, restarts: 0 },
  { n: 4 as const, liar: false, restarts: 1 }
])('all histories of $n members that begin anew $restarts times are safe (the first leader lies: $liar)', (init) => {
  const result = exploreAll({ ...init, maxStates: 1_000_000_000 })
  console.info(init, result)
  expect(result).toMatchObject({ complete: true, violation: null })
})
