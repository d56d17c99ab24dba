import { createBoundedQueue } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

async function readAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) {
    all.push(item)
  }
  return all
}

describe('createBoundedQueue', () => {
  it('keeps the first or the last items of a burst, and tells of every one it drops', async () => {
    const bursts = fc.record({
      limit: fc.integer({ min: 1, max: 5 }),
      items: fc.array(fc.nat(), { maxLength: 12 }),
      drop: fc.constantFrom('newest' as const, 'oldest' as const)
    })
    await fc.assert(
      fc.asyncProperty(bursts, async ({ limit, items, drop }) => {
        const dropped: number[] = []
        const queue = createBoundedQueue<number>({ limit, drop, onDrop: (item) => dropped.push(item) })
        const taken = items.map((item) => queue.push(item))
        expect(queue.size).toBe(Math.min(limit, items.length))
        queue.end()
        const rest = await readAll(queue)
        expect(rest).toEqual(drop === 'oldest' ? items.slice(-limit) : items.slice(0, limit))
        expect(dropped).toEqual(drop === 'oldest' ? items.slice(0, -limit) : items.slice(limit))
        expect(taken).toEqual(items.map((_, i) => drop === 'oldest' || i < limit))
      })
    )
  })

  it('hands over what comes while a consumer waits, then the end', async () => {
    const queue = createBoundedQueue<string>({ limit: 2 })
    const reading = readAll(queue)
    await Promise.resolve()
    queue.push('a')
    await Promise.resolve()
    queue.push('b')
    queue.end()
    expect(queue.push('late')).toBe(false)
    expect(await reading).toEqual(['a', 'b'])
  })

  it('gives what is queued before it fails', async () => {
    const queue = createBoundedQueue<string>({ limit: 2 })
    queue.push('a')
    const failure = new Error('broken')
    queue.end(failure)
    queue.end(new Error('second'))
    const iterator = queue[Symbol.asyncIterator]()
    expect(await iterator.next()).toEqual({ value: 'a', done: false })
    await expect(iterator.next()).rejects.toBe(failure)
  })
})
