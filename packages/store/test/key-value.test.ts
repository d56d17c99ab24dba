import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLevelKeyValue } from '@cortensor/store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toStoreError } from '../src/errors.js'
import { bytesToKey, keyToBytes, prefixEnd } from '../src/key-encoding.js'
import { makeFolder, track } from './support.js'

describe('key value over Level', () => {
  it('says that the folder is in use, and takes it once it is free', async () => {
    const dir = await makeFolder()
    const [first, second] = [track(createLevelKeyValue({ dir })), track(createLevelKeyValue({ dir }))]
    await first.start()
    await expect(second.start()).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(dir) })
    await first.stop()
    await second.start()
    expect(await second.get('a')).toBeNull()
  })

  it('says that a database is damaged', async () => {
    const dir = await makeFolder()
    const map = track(createLevelKeyValue({ dir }))
    await map.start()
    await map.put('a', Uint8Array.of(1), { sync: true })
    await map.stop()
    const manifest = (await readdir(dir)).find((name) => name.startsWith('MANIFEST'))
    await writeFile(join(dir, manifest ?? ''), 'not a manifest at all')
    await expect(map.start()).rejects.toMatchObject({ code: 'STORE_CORRUPT', message: expect.stringContaining(dir) })
  })

  it('tells a full disk from other failures', () => {
    const full = new Error('Batch failed', { cause: new Error('IO error: /data/000005.log: No space left on device') })
    expect(toStoreError(full, '/data')).toMatchObject({ code: 'STORE_DISK_FULL' })
    expect(toStoreError(new Error('Corruption: bad block'), '/data')).toMatchObject({ code: 'STORE_CORRUPT' })
  })

  it('orders encoded keys as the strings', () => {
    const key = fc.string({ unit: 'binary', maxLength: 8 })
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(bytesToKey(keyToBytes(a))).toBe(a)
        expect(Math.sign(Buffer.compare(keyToBytes(a), keyToBytes(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
        const end = prefixEnd(a)
        if (end !== null && b.startsWith(a)) {
          expect(Buffer.compare(keyToBytes(b), end)).toBe(-1)
        }
      })
    )
    expect(prefixEnd('')).toBeNull()
    expect(prefixEnd('\uffff')).toBeNull()
    expect(prefixEnd('a\uffff')).toEqual(keyToBytes('b'))
  })
})
