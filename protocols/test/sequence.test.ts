import type { Clock } from '@cortensor/interface'
import { createSequence } from '@cortensor/protocols'
import { expect, it } from 'vitest'

it('rises with every call and starts at the clock', () => {
  let nowMs = 1_000
  const never = (): never => {
    throw new TypeError('not used')
  }
  const clock: Clock = { now: () => nowMs, sleep: never, after: never, every: never }
  const next = createSequence(clock)
  expect([next(), next(), next()]).toEqual([1_000, 1_001, 1_002])
  nowMs = 900
  expect(next()).toBe(1_003)
  nowMs = 5_000.7
  expect(next()).toBe(5_000)
})
