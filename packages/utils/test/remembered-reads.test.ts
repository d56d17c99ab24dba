import type { UnixMs } from '@cortensor/interface'
import { createDeferred, createRememberedReads } from '@cortensor/utils'
import { expect, it } from 'vitest'

function setup(read: (key: string) => Promise<number>) {
  const world = { nowMs: 0 as UnixMs, failures: [] as string[], reads: 0 }
  const reads = createRememberedReads<string, number>({
    clock: { now: () => world.nowMs },
    ...{ limit: 2, freshMs: 100, refusedFreshMs: 10 },
    read(key) {
      world.reads += 1
      return read(key)
    },
    onError: (key) => world.failures.push(key)
  })
  return { reads, world, at: (ms: number) => (world.nowMs = ms as UnixMs) }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('reads a key once for all who wait', async () => {
  const answer = createDeferred<number>()
  const { reads, world } = setup(() => answer.promise)
  const both = Promise.all([reads.refresh('a'), reads.find('a', () => true)])
  answer.resolve(7)
  expect(await both).toEqual([7, 7])
  expect(world.reads).toBe(1)
})

it('gives what is good enough at once, and reads it again behind that when it is old', async () => {
  let value = 1
  const { at, reads, world } = setup(async () => value)
  await reads.refresh('a')
  value = 2
  at(100)
  expect(await reads.find('a', () => true)).toBe(1)
  expect(world.reads).toBe(1)
  at(101)
  expect(await reads.find('a', () => true)).toBe(1)
  await settle()
  expect(reads.known('a')).toEqual({ value: 2, readMs: 101 })
})

it('reads again what is not good enough, and not for each who asks', async () => {
  const { at, reads, world } = setup(async () => world.reads)
  const isTwo = (value: number): boolean => value === 2
  expect(await reads.find('a', isTwo)).toBe(1)
  at(9)
  expect(await reads.find('a', isTwo)).toBe(1)
  at(10)
  expect(await reads.find('a', isTwo)).toBe(2)
})

it('keeps what it knew when a read fails, and reads again the next time', async () => {
  let isDown = false
  const { at, reads, world } = setup(async () => {
    if (isDown) {
      throw new RangeError('down')
    }
    return 1
  })
  expect(await reads.refresh('a')).toBe(1)
  isDown = true
  at(50)
  expect(await reads.find('a', () => false)).toBeNull()
  expect(reads.known('a')).toEqual({ value: 1, readMs: 0 })
  isDown = false
  expect(await reads.find('a', () => false)).toBe(1)
  expect(world.failures).toEqual(['a'])
})

it('forgets the key that was used longest ago', async () => {
  const { reads } = setup(async () => 1)
  for (const key of ['a', 'b', 'c']) {
    await reads.refresh(key)
  }
  expect(['a', 'b', 'c'].map((key) => reads.known(key)?.value)).toEqual([undefined, 1, 1])
})
