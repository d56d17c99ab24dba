import { describe, expect, test } from 'vitest'
import { exploreAll } from './exhaustive.js'

const MAX_STATES = 1_000_000

/** Larger ones are in the long run. */
describe('all histories of one epoch and two views', () => {
  test.each([
    { n: 3 as const, liar: false, restarts: 1 },
    { n: 3 as const, liar: true, restarts: 0 },
    { n: 4 as const, liar: false, restarts: 0 }
  ])('of $n members that begin anew $restarts times are safe (the first leader lies: $liar)', (init) => {
    expect(exploreAll({ ...init, maxStates: MAX_STATES })).toMatchObject({ complete: true, violation: null })
  })

  test('without the signing record a member that begins anew attests two digests of one view', () => {
    const { violation } = exploreAll({ n: 3, liar: true, record: false, restarts: 1, maxStates: MAX_STATES })
    expect(violation).toMatch('V4')
  })
})
