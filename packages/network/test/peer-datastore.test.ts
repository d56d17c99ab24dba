import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LevelDatastore } from 'datastore-level'
import { Key } from 'interface-datastore'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PeerDatastore } from '../src/peer-datastore.js'

const peer = (i: number): Key => new Key(`/peers/${i}`)
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values)

describe('the peer store on disk', () => {
  let dir: string
  let store: PeerDatastore
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'peer-datastore-'))
    store = new PeerDatastore(dir)
    await store.open()
  })
  afterEach(async () => {
    vi.useRealTimers()
    await store.close()
    await rm(dir, { recursive: true })
  })
  const stored = async (key: Key): Promise<number[] | undefined> => {
    const value: Uint8Array | undefined = await store.db.get(key.toString())
    return value === undefined ? undefined : [...value]
  }
  const keysOf = async (): Promise<string[]> => {
    const keys: string[] = []
    for await (const { key } of store.query({ prefix: '/peers' })) {
      keys.push(key.toString())
    }
    return keys
  }

  it('answers what it was told before it is on disk', async () => {
    await store.put(peer(1), bytes(1))
    await store.put(peer(1), bytes(2))
    expect(await stored(peer(1))).toBeUndefined()
    expect([...(await store.get(peer(1)))]).toEqual([2])
    expect([await store.has(peer(1)), await store.has(peer(2))]).toEqual([true, false])
    await expect(store.get(peer(2))).rejects.toMatchObject({ name: 'NotFoundError' })
  })

  it('writes after a while, or when many changes wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await store.put(peer(1), bytes(1))
    await vi.advanceTimersByTimeAsync(5_000)
    await vi.waitFor(async () => expect(await stored(peer(1))).toEqual([1]))
    for (let i = 0; i < 256; i++) {
      await store.put(peer(i), bytes(7))
    }
    expect(await stored(peer(255))).toEqual([7])
  })

  it('is complete after a close', async () => {
    await store.put(peer(1), bytes(1))
    await store.close()
    const plain = new LevelDatastore(dir)
    await plain.open()
    expect([...(await plain.get(peer(1)))]).toEqual([1])
    await plain.close()
    await store.open()
    expect([...(await store.get(peer(1)))]).toEqual([1])
  })

  it('lists and forgets what is not on disk yet', async () => {
    await store.put(peer(1), bytes(1))
    await store.put(peer(2), bytes(2))
    expect(await keysOf()).toEqual(['/peers/1', '/peers/2'])
    await store.put(peer(3), bytes(3))
    await store.delete(peer(3))
    expect(await store.has(peer(3))).toBe(false)
    expect(await keysOf()).toEqual(['/peers/1', '/peers/2'])
  })

  it('keeps the order of changes, however they are made', async () => {
    await store.put(peer(1), bytes(1))
    const batch = store.batch()
    batch.put(peer(1), bytes(2))
    batch.delete(peer(2))
    await store.put(peer(2), bytes(2))
    await batch.commit()
    expect([...(await store.get(peer(1)))]).toEqual([2])
    expect(await store.has(peer(2))).toBe(false)
  })

  it('finds what memory has no room for', async () => {
    for (let i = 0; i < 1_300; i++) {
      await store.put(peer(i), bytes(i % 256))
    }
    expect([...(await store.get(peer(0)))]).toEqual([0])
    expect([...(await store.get(peer(1_299)))]).toEqual([1_299 % 256])
  })

  it('writes everything else at once', async () => {
    const key = new Key('/dht/record')
    await store.put(key, bytes(1))
    expect(await stored(key)).toEqual([1])
  })
})
