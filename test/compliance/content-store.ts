import { blockCid } from '@cortensor/crypto'
import type { CidString, ContentStore, NodeId } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectCode, failure, type Harness, settled } from './harness.js'

export interface ContentPeer {
  self: NodeId
  store: ContentStore
}

export interface ContentStoreHarness extends Harness {
  /** Started stores whose nodes reach each other and find each other's announcements. */
  create(count: number): Promise<ContentPeer[]>
}

/** The CID of a block that nobody has. */
const MISSING = blockCid(utf8ToBytes('nobody has this'), 'raw')

/** The contract of the port `ContentStore`. */
export function contentStoreCompliance(name: string, setup: () => Promise<ContentStoreHarness>): void {
  describe(`ContentStore: ${name}`, () => {
    let harness: ContentStoreHarness
    let a: ContentPeer
    let b: ContentPeer
    let blocks = 0
    const block = (): Uint8Array => utf8ToBytes(`block ${++blocks}`)

    beforeAll(async () => {
      harness = await setup()
      ;[a, b] = (await harness.create(2)) as [ContentPeer, ContentPeer]
    })
    afterAll(async () => {
      await harness.teardown()
    })

    it('names a block by its hash and codec', async () => {
      const bytes = block()
      expect(await settled(harness, a.store.put(bytes, 'raw'))).toBe(blockCid(bytes, 'raw'))
      expect(await settled(harness, a.store.put(bytes, 'dag-cbor'))).toBe(blockCid(bytes, 'dag-cbor'))
      expect(await settled(harness, a.store.put(bytes, 'raw'))).toBe(blockCid(bytes, 'raw'))
    })

    it('gives back what was put, whatever happens to the bytes given', async () => {
      const bytes = block()
      const before = bytes.slice()
      const cid = await settled(harness, a.store.put(bytes, 'raw'))
      bytes.fill(0)
      expect(Buffer.compare(await settled(harness, a.store.get(cid, { localOnly: true })), before)).toBe(0)
    })

    it('stores an empty block', async () => {
      const cid = await settled(harness, a.store.put(new Uint8Array(0), 'raw'))
      expect(await settled(harness, a.store.get(cid))).toHaveLength(0)
    })

    it('knows what is here', async () => {
      const cid = await settled(harness, a.store.put(block(), 'raw'))
      expect(await settled(harness, a.store.has(cid))).toBe(true)
      expect(await settled(harness, b.store.has(cid))).toBe(false)
    })

    it('fetches from a provider that is named', async () => {
      const bytes = block()
      const cid = await settled(harness, a.store.put(bytes, 'dag-cbor'))
      const fetched = await settled(harness, b.store.get(cid, { providers: [a.self] }))
      expect(Buffer.compare(fetched, bytes)).toBe(0)
    })

    it('fetches from a provider that announced itself', async () => {
      const bytes = block()
      const cid = await settled(harness, a.store.put(bytes, 'dag-cbor'))
      await settled(harness, a.store.provide(cid))
      expect(Buffer.compare(await settled(harness, b.store.get(cid)), bytes)).toBe(0)
    })

    it('does not find what nobody has, or what is not here when asked for that', async () => {
      const cid = await settled(harness, a.store.put(block(), 'raw'))
      await expectCode(harness, b.store.get(cid, { localOnly: true }), 'STORE_NOT_FOUND')
      await expectCode(harness, b.store.get(MISSING, { providers: [a.self] }), 'STORE_NOT_FOUND')
    })

    it('refuses a block above the limit, also one of another node', async () => {
      const cid = await settled(harness, a.store.put(new Uint8Array(1001).fill(7), 'raw'))
      await expectCode(harness, a.store.get(cid, { maxBytes: 1000 }), 'STORE_BLOCK_TOO_LARGE')
      await expectCode(harness, b.store.get(cid, { maxBytes: 1000, providers: [a.self] }), 'STORE_BLOCK_TOO_LARGE')
      expect(await settled(harness, b.store.get(cid, { maxBytes: 1001, providers: [a.self] }))).toHaveLength(1001)
      await expectCode(harness, a.store.put(new Uint8Array(2_097_153), 'raw'), 'STORE_BLOCK_TOO_LARGE')
    })

    it('refuses what is not one of our CIDs', async () => {
      const foreign = ['', 'nonsense', 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG', `${MISSING} `] as CidString[]
      for (const cid of foreign) {
        await expectCode(harness, a.store.get(cid), 'STORE_INVALID_CID')
        await expectCode(harness, a.store.has(cid), 'STORE_INVALID_CID')
        await expectCode(harness, a.store.pin(cid), 'STORE_INVALID_CID')
      }
    })

    it('rejects with the reason of the caller', async () => {
      const reason = new Error('No longer wanted')
      expect(await failure(harness, a.store.get(MISSING, { signal: AbortSignal.abort(reason) }))).toBe(reason)
      const controller = new AbortController()
      const work = failure(harness, a.store.get(MISSING, { signal: controller.signal }))
      controller.abort(reason)
      expect(await work).toBe(reason)
    })

    it('pins what is here and what it has to fetch, and lets go of it', async () => {
      const bytes = block()
      const cid = await settled(harness, a.store.put(bytes, 'raw'))
      await settled(harness, a.store.pin(cid))
      await settled(harness, b.store.pin(cid, { providers: [a.self] }))
      expect(Buffer.compare(await settled(harness, b.store.get(cid, { localOnly: true })), bytes)).toBe(0)
      await settled(harness, b.store.unpin(cid))
      await settled(harness, b.store.unpin(cid))
      expect(await settled(harness, a.store.has(cid))).toBe(true)
    })

    it('answers nothing once it is stopped, and stops at will', async () => {
      const [c] = (await harness.create(1)) as [ContentPeer]
      const cid = await settled(harness, c.store.put(block(), 'raw'))
      const hanging = failure(harness, c.store.get(MISSING))
      await settled(harness, Promise.all([c.store.stop(), c.store.stop()]))
      expect(await hanging).toMatchObject({ code: expect.stringMatching(/^STORE_NOT_(STARTED|FOUND)$/) })
      await expectCode(harness, c.store.get(cid), 'STORE_NOT_STARTED')
      await expectCode(harness, c.store.put(block(), 'raw'), 'STORE_NOT_STARTED')
    })
  })
}
