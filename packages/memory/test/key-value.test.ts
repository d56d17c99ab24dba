import type { KeyValueOperation } from '@cortensor/interface'
import { createMemoryKeyValue } from '@cortensor/memory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é'), maxLength: 4 })
const operation: fc.Arbitrary<KeyValueOperation> = fc.oneof(
  fc.record({ type: fc.constant('put' as const), key, value: fc.uint8Array({ maxLength: 3 }) }),
  fc.record({ type: fc.constant('delete' as const), key })
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ batch: fc.array(operation, { maxLength: 4 }), sync: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant('crash' as const) }
)

async function entries(store: ReturnType<typeof createMemoryKeyValue>, prefix: string, options = {}) {
  const found: [string, Uint8Array][] = []
  for await (const { key: name, value } of store.list(prefix, options)) {
    found.push([name, value])
  }
  return found
}

describe('createMemoryKeyValue', () => {
  it('holds what an ordered map would hold, and after a crash what was synced', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), key, fc.boolean(), async (steps, prefix, reverse) => {
        const store = createMemoryKeyValue()
        await store.start()
        let model = new Map<string, Uint8Array>()
        let durable = new Map(model)
        for (const each of steps) {
          if (each === 'crash') {
            store.crash()
            await store.start()
            model = new Map(durable)
            continue
          }
          await store.batch(each.batch, { sync: each.sync })
          for (const change of each.batch) {
            if (change.type === 'put') {
              model.set(change.key, change.value)
            } else {
              model.delete(change.key)
            }
          }
          if (each.sync) {
            durable = new Map(model)
          }
        }
        const expected = [...model].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))
        expect(await entries(store, prefix, { reverse })).toEqual(reverse ? expected.reverse() : expected)
        expect(store.size).toBe(model.size)
      })
    )
  })

  it('lists at most the limit, from a state that later writes do not change', async () => {
    const store = createMemoryKeyValue()
    await store.start()
    await store.batch(['a', 'b', 'c'].map((name) => ({ type: 'put', key: name, value: new Uint8Array(1) })))
    expect((await entries(store, '', { limit: 2, reverse: true })).map(([name]) => name)).toEqual(['c', 'b'])
    const seen: string[] = []
    for await (const { key: name } of store.list('')) {
      seen.push(name)
      await store.delete('b')
      await store.put('d', new Uint8Array(1))
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('keeps its own copies', async () => {
    const store = createMemoryKeyValue()
    await store.start()
    const value = Uint8Array.of(1)
    await store.put('a', value)
    value[0] = 9
    ;(await store.get('a'))?.fill(7)
    expect(await store.get('a')).toEqual(Uint8Array.of(1))
    expect(await store.get('b')).toBeNull()
  })

  it('works only between start and stop, and keeps everything over a stop', async () => {
    const store = createMemoryKeyValue()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_NOT_STARTED' })
    await store.start()
    await store.put('a', Uint8Array.of(1))
    await store.stop()
    await expect(store.put('a', Uint8Array.of(2))).rejects.toMatchObject({ code: 'STORE_NOT_STARTED' })
    await store.start()
    expect(await store.get('a')).toEqual(Uint8Array.of(1))
  })
})
