import { blockCid } from '@cortensor/crypto'
import type { ContentStore, Network } from '@cortensor/interface'
import { createMemoryHub, createVirtualClock, type MemoryHubInit, memoryNodeId } from '@cortensor/memory'
import { createSeededRng, utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

async function world(count: number, init: Partial<MemoryHubInit> = {}, maxBytes?: number) {
  const clock = createVirtualClock()
  const hub = createMemoryHub({ clock, rng: createSeededRng('content'), latencyMs: { min: 20, max: 20 }, ...init })
  const ids = Array.from({ length: count }, (_, i) => memoryNodeId(`${i}`))
  const networks = ids.map((self) => hub.createNetwork({ self }))
  const stores = ids.map((self) => hub.createContentStore({ self, ...(maxBytes === undefined ? {} : { maxBytes }) }))
  await Promise.all([...networks, ...stores].map((part) => part.start()))
  return { clock, hub, ids, networks, stores }
}

const at = <T>(items: readonly T[], i: number): T => items[i] as T
const block = utf8ToBytes('a block')
const cid = blockCid(block, 'raw')

describe('createContentStore', () => {
  it('fetches from whoever has it, in one round trip, and then has it too', async () => {
    const { clock, stores, hub, ids } = await world(3)
    expect(await at(stores, 0).put(block, 'raw')).toBe(cid)
    const startMs = clock.now()
    expect(await clock.complete(at(stores, 1).get(cid))).toEqual(block)
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(40)
    expect(clock.now() - startMs).toBeLessThan(50)
    expect(await at(stores, 1).has(cid)).toBe(true)
    hub.kill(at(ids, 0))
    expect(await clock.complete(at(stores, 2).get(cid))).toEqual(block)
  })

  it('hands out copies', async () => {
    const { stores } = await world(1)
    await at(stores, 0).put(block, 'raw')
    ;(await at(stores, 0).get(cid)).fill(0)
    expect(await at(stores, 0).get(cid)).toEqual(block)
  })

  it('waits for a block that comes, and gives up on one that does not', async () => {
    const { clock, stores } = await world(2)
    const early = at(stores, 1).get(cid)
    await clock.advance(5000)
    await at(stores, 0).put(block, 'raw')
    expect(await clock.complete(early)).toEqual(block)
    const missing = at(stores, 1).get(blockCid(utf8ToBytes('nowhere'), 'raw'))
    const startMs = clock.now()
    await expect(clock.complete(missing)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    expect(clock.now() - startMs).toBe(10_000)
  })

  it('does not reach across a partition until it heals', async () => {
    const { clock, hub, ids, stores } = await world(2)
    await at(stores, 0).put(block, 'raw')
    hub.partition([[at(ids, 0)]])
    const waiting = at(stores, 1).get(cid)
    await clock.advance(3000)
    expect(await at(stores, 1).has(cid)).toBe(false)
    hub.heal()
    expect(await clock.complete(waiting)).toEqual(block)
  })

  it('needs a connection, a named provider or an announcement', async () => {
    const { clock, ids, stores } = await world(2, { topology: 'manual' })
    await at(stores, 0).put(block, 'raw')
    await expect(clock.complete(at(stores, 1).get(cid))).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    expect(await clock.complete(at(stores, 1).get(cid, { providers: [at(ids, 0)] }))).toEqual(block)
    const other = utf8ToBytes('another')
    const otherCid = await at(stores, 0).put(other, 'dag-cbor')
    const waiting = at(stores, 1).get(otherCid)
    await at(stores, 0).provide(otherCid)
    expect(await clock.complete(waiting)).toEqual(other)
  })

  it('refuses what is too large, not wanted from the network, or no id', async () => {
    const { clock, stores } = await world(2)
    await at(stores, 0).put(block, 'raw')
    const expectCode = (work: Promise<unknown>, code: string) => expect(clock.complete(work)).rejects.toMatchObject({ code })
    await expectCode(at(stores, 1).get(cid, { maxBytes: 3 }), 'STORE_BLOCK_TOO_LARGE')
    await expectCode(at(stores, 1).get(cid, { localOnly: true }), 'STORE_NOT_FOUND')
    await expectCode(at(stores, 1).get('nonsense' as typeof cid), 'STORE_INVALID_CID')
    await expectCode(at(stores, 1).put(new Uint8Array(2_097_153), 'raw'), 'STORE_BLOCK_TOO_LARGE')
    const reason = new Error('enough')
    const controller = new AbortController()
    const waiting = at(stores, 1).get(blockCid(utf8ToBytes('nowhere'), 'raw'), { signal: controller.signal })
    clock.after(100, () => controller.abort(reason))
    await expect(clock.complete(waiting)).rejects.toBe(reason)
  })

  it('fills its disk, and makes room from what is not pinned', async () => {
    const { clock, stores } = await world(1, {}, 2000)
    const store: ContentStore = at(stores, 0)
    const first = await store.put(new Uint8Array(1500), 'raw')
    await expect(store.put(new Uint8Array(600).fill(1), 'raw')).rejects.toMatchObject({ code: 'STORE_DISK_FULL' })
    await store.put(new Uint8Array(1500), 'raw')
    expect(await store.has(first)).toBe(true)
    await store.stop()
    await expect(store.get(first)).rejects.toMatchObject({ code: 'STORE_NOT_STARTED' })
    await store.start()
    expect(await clock.complete(store.get(first))).toHaveLength(1500)
  })

  it('forgets the oldest fetched blocks, but no pinned ones', async () => {
    const { clock, stores } = await world(2)
    const cids = []
    for (let i = 0; i < 1100; i++) {
      cids.push(await at(stores, 0).put(utf8ToBytes(`${i}`), 'raw'))
    }
    await clock.complete(at(stores, 1).pin(at(cids, 0)))
    await clock.complete(Promise.all(cids.map((each) => at(stores, 1).get(each))))
    expect(await at(stores, 1).has(at(cids, 0))).toBe(true)
    const kept = await Promise.all(cids.map((each) => at(stores, 1).has(each)))
    expect(kept.filter(Boolean)).toHaveLength(1025)
    expect(kept.at(-1)).toBe(true)
  })

  it('ends what waits when it stops', async () => {
    const { clock, stores, networks } = await world(1)
    const waiting = at(stores, 0).get(cid)
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'STORE_NOT_STARTED' })
    await clock.settle()
    await at(stores, 0).stop()
    await outcome
    await at(networks as Network[], 0).stop()
    expect(clock.pending).toBe(0)
  })
})
