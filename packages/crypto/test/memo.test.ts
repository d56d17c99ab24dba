import { expect, it } from 'vitest'
import { createMemo } from '../src/memo.js'

it('forgets what was used longest ago, and keeps no failures', () => {
  const made: string[] = []
  const memo = createMemo<string>(2)
  const get = (key: string) =>
    memo(key, () => {
      made.push(key)
      return key.startsWith('bad') ? null : key.toUpperCase()
    })
  expect([get('a'), get('b'), get('a')]).toEqual(['A', 'B', 'A'])
  expect([get('bad 1'), get('bad 2'), get('bad 1')]).toEqual([null, null, null])
  expect(made.splice(0)).toEqual(['a', 'b', 'bad 1', 'bad 2', 'bad 1'])
  get('c')
  get('a')
  get('b')
  expect(made).toEqual(['c', 'b'])
})
