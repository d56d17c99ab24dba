import { describe, expect, test } from 'vitest'
import { exploreAll } from './exhaustive.js'

/** The shortest of all histories; the long run looks at all of one epoch. */
const MAX_STATES = 4_000

describe('histories in order', { timeout: 60_000 }, () => {
  test.each([
    { n: 3 as const, liar: false, reorgs: 1, crashes: 1 },
    { n: 3 as const, liar: true, reorgs: 1, crashes: 1 },
    { n: 4 as const, liar: true, reorgs: 1, crashes: 0 }
  ])('of $n members with two epochs, two views and a reorganisation are safe (liar: $liar)', (init) => {
    expect(exploreAll({ ...init, maxStates: MAX_STATES }).violation).toBe(null)
  })

  test('without the signing record a member that crashes attests two digests of one view', () => {
    const { violation } = exploreAll({
      n: 3,
      liar: true,
      record: false,
      reorgs: 0,
      crashes: 1,
      lastEpoch: 1,
      maxStates: MAX_STATES
    })
    expect(violation).toMatch('V4')
  })
})
