import type { KeyValue } from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectCode, failure, type Harness, settled } from './harness.js'

export interface KeyValueHarness extends Harness {
  /** An empty, started map. */
  create(): Promise<KeyValue>
}

/** The contract of the port `KeyValue`. */
export function keyValueCompliance(name: string, setup: () => Promise<KeyValueHarness>): void {
  describe(`KeyValue: ${name}`, () => {
    let harness: KeyValueHarness
    beforeAll(async () => {
      harness = await setup()
    })
    afterAll(async () => {
      await harness.teardown()
    })

    const text = (value: Uint8Array | null): string | null => (value === null ? null : bytesToUtf8(value))
    async function listAll(
      map: KeyValue,
      prefix: string,
      options?: { limit?: number; reverse?: boolean }
    ): Promise<[string, string | null][]> {
      const entries: [string, string | null][] = []
      await settled(
        harness,
        (async () => {
          for await (const { key, value } of map.list(prefix, options)) {
            entries.push([key, text(value)])
          }
        })()
      )
      return entries
    }
    async function filled(...keys: string[]): Promise<KeyValue> {
      const map = await settled(harness, harness.create())
      for (const key of keys) {
        await settled(harness, map.put(key, utf8ToBytes(`value of ${key}`)))
      }
      return map
    }

    it('gives null for what was never put', async () => {
      const map = await filled()
      expect(await settled(harness, map.get('nothing'))).toBeNull()
    })

    it('keeps the last value, with and without sync, and empty ones', async () => {
      const map = await filled('a')
      await settled(harness, map.put('a', utf8ToBytes('new'), { sync: true }))
      await settled(harness, map.put('empty', new Uint8Array(0)))
      expect(text(await settled(harness, map.get('a')))).toBe('new')
      expect(await settled(harness, map.get('empty'))).toHaveLength(0)
    })

    it('keeps its own copy of a value', async () => {
      const map = await filled()
      const value = utf8ToBytes('before')
      const writing = settled(harness, map.put('key', value))
      value.fill(0)
      await writing
      const read = await settled(harness, map.get('key'))
      expect(text(read)).toBe('before')
      read?.fill(0)
      expect(text(await settled(harness, map.get('key')))).toBe('before')
    })

    it('deletes what is there and what is not', async () => {
      const map = await filled('a', 'b')
      await settled(harness, map.delete('a'))
      await settled(harness, map.delete('a'))
      expect(await settled(harness, map.get('a'))).toBeNull()
      expect((await listAll(map, '')).map(([key]) => key)).toEqual(['b'])
    })

    it('applies a batch in order and completely', async () => {
      const map = await filled('gone', 'kept')
      await settled(
        harness,
        map.batch(
          [
            { type: 'put', key: 'a', value: utf8ToBytes('1') },
            { type: 'delete', key: 'gone' },
            { type: 'put', key: 'a', value: utf8ToBytes('2') },
            { type: 'put', key: 'b', value: utf8ToBytes('3') },
            { type: 'delete', key: 'b' }
          ],
          { sync: true }
        )
      )
      expect(await listAll(map, '')).toEqual([
        ['a', '2'],
        ['kept', 'value of kept']
      ])
      await settled(harness, map.batch([]))
    })

    it('lists a prefix in order, forwards and backwards, up to a limit', async () => {
      const map = await filled('b/2', 'b/1', 'a/1', 'b/10', 'c', 'b')
      const keys = async (prefix: string, options?: { limit?: number; reverse?: boolean }): Promise<string[]> =>
        (await listAll(map, prefix, options)).map(([key]) => key)
      expect(await keys('b/')).toEqual(['b/1', 'b/10', 'b/2'])
      expect(await keys('b/', { reverse: true })).toEqual(['b/2', 'b/10', 'b/1'])
      expect(await keys('b/', { limit: 2 })).toEqual(['b/1', 'b/10'])
      expect(await keys('b/', { limit: 1, reverse: true })).toEqual(['b/2'])
      expect(await keys('b/', { limit: 0 })).toEqual([])
      expect(await keys('')).toEqual(['a/1', 'b', 'b/1', 'b/10', 'b/2', 'c'])
      expect(await keys('d')).toEqual([])
    })

    it('orders and finds any keys as strings do', async () => {
      const unit = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 6 }),
        fc.constantFrom('\uffff', '\u{1f600}', '\ue000', 'a', 'a\0', '\ud800')
      )
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(unit, { maxLength: 12 }), unit, async (keys, prefix) => {
          const map = await filled(...keys)
          const expected = keys.filter((key) => key.startsWith(prefix)).sort()
          expect((await listAll(map, prefix)).map(([key]) => key)).toEqual(expected)
          expect((await listAll(map, prefix, { reverse: true })).map(([key]) => key)).toEqual(expected.reverse())
          await settled(harness, map.stop())
        }),
        { numRuns: 10 }
      )
    })

    it('takes changes while a list is read', async () => {
      const map = await filled('a', 'b', 'c')
      const seen: string[] = []
      await settled(
        harness,
        (async () => {
          for await (const { key } of map.list('')) {
            seen.push(key)
            await map.delete(key)
          }
        })()
      )
      expect(seen).toEqual(['a', 'b', 'c'])
      expect(await listAll(map, '')).toEqual([])
    })

    it('rejects with the reason of the caller', async () => {
      const map = await filled('a', 'b')
      const reason = new Error('No longer wanted')
      const signal = AbortSignal.abort(reason)
      expect(await failure(harness, map.get('a', { signal }))).toBe(reason)
      expect(await failure(harness, map.put('a', new Uint8Array(1), { signal }))).toBe(reason)
      const controller = new AbortController()
      const work = (async () => {
        for await (const _ of map.list('', { signal: controller.signal })) {
          controller.abort(reason)
        }
      })()
      expect(await failure(harness, work)).toBe(reason)
    })

    it('keeps everything over a restart and answers nothing in between', async () => {
      const map = await filled('a')
      await settled(harness, Promise.all([map.stop(), map.stop()]))
      await expectCode(harness, map.get('a'), 'STORE_NOT_STARTED')
      await expectCode(harness, map.put('a', new Uint8Array(1)), 'STORE_NOT_STARTED')
      await expectCode(harness, listAll(map, ''), 'STORE_NOT_STARTED')
      await settled(harness, map.start())
      await settled(harness, map.start())
      expect(text(await settled(harness, map.get('a')))).toBe('value of a')
    })
  })
}
