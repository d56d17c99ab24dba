import { join } from 'node:path'
import { blockCid } from '@cortensor/crypto'
import { createHeliaStore } from '@cortensor/store'
import { utf8ToBytes } from '@cortensor/utils'
import { Level } from 'level'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { eventually, makeFolder, startPeer, track } from './support.js'

const BLOCK = utf8ToBytes('a block of this test')

describe('content store over Helia', () => {
  it('finds a block through the DHT alone', async () => {
    const middle = await startPeer()
    const a = await startPeer({ bootstrap: middle.network.multiaddrs() })
    await eventually(() => a.network.peers().includes(middle.network.self))
    const cid = await a.store.put(BLOCK, 'dag-cbor')
    // The DHT takes a peer in once it knows its protocols, a moment after the connection.
    await eventually(() => a.network.libp2p.getProtocols().length > 0)
    for (let found = false; !found; ) {
      await a.store.provide(cid)
      for await (const { id } of middle.network.libp2p.contentRouting.findProviders(CID.parse(cid))) {
        found ||= id.toString() === a.network.self
      }
    }
    const b = await startPeer({ bootstrap: middle.network.multiaddrs() })
    await eventually(() => b.network.peers().includes(middle.network.self))
    expect(b.network.peers()).not.toContain(a.network.self)
    expect(Buffer.compare(await b.store.get(cid), BLOCK)).toBe(0)
    expect(await middle.store.has(cid)).toBe(false)
  })

  it('dials a named provider that it is not connected to', async () => {
    const middle = await startPeer()
    const a = await startPeer({ bootstrap: middle.network.multiaddrs() })
    const b = await startPeer({ bootstrap: middle.network.multiaddrs() })
    await eventually(() => middle.network.peers().length === 2)
    const cid = await a.store.put(BLOCK, 'raw')
    expect(Buffer.compare(await b.store.get(cid, { providers: [a.network.self] }), BLOCK)).toBe(0)
  })

  it('carries a block of 2 MiB', async () => {
    const a = await startPeer()
    const b = await startPeer({ bootstrap: a.network.multiaddrs() })
    const block = new Uint8Array(2_097_152).map((_, i) => i * 7)
    const cid = await a.store.put(block, 'raw')
    expect(Buffer.compare(await b.store.get(cid, { providers: [a.network.self] }), block)).toBe(0)
  })

  it('gets a block that was asked for, given up and asked for again', async () => {
    const a = await startPeer()
    const b = await startPeer({ bootstrap: a.network.multiaddrs() })
    const cid = blockCid(BLOCK, 'raw')
    await expect(b.store.get(cid, { signal: AbortSignal.timeout(200) })).rejects.toThrow()
    const second = b.store.get(cid, { providers: [a.network.self] })
    await a.store.put(BLOCK, 'raw')
    expect(Buffer.compare(await second, BLOCK)).toBe(0)
  })

  it('keeps what was put over a restart and leaves the network running', async () => {
    const dir = await makeFolder()
    const { network, store } = await startPeer({ dir })
    const cid = await store.put(BLOCK, 'dag-cbor')
    await store.stop()
    expect(network.libp2p.status).toBe('started')
    expect(network.multiaddrs()).toHaveLength(1)
    await store.start()
    expect(Buffer.compare(await store.get(cid, { localOnly: true }), BLOCK)).toBe(0)
    await network.stop()
    await store.stop()
  })

  it('starts again on a network that was started again', async () => {
    const a = await startPeer()
    const b = await startPeer()
    const cid = await a.store.put(BLOCK, 'raw')
    await b.store.stop()
    await b.network.stop()
    await b.network.start()
    await b.store.start()
    await b.network.connect(a.network.multiaddrs()[0] ?? '')
    expect(Buffer.compare(await b.store.get(cid), BLOCK)).toBe(0)
  })

  it('forgets the oldest fetched blocks above the limit, never pinned ones, also after a restart', async () => {
    const dir = await makeFolder()
    const a = await startPeer()
    const b = await startPeer({ dir, maxCachedBytes: 250, bootstrap: a.network.multiaddrs() })
    const cids = await Promise.all([1, 2, 3].map((i) => a.store.put(new Uint8Array(100).fill(i), 'raw')))
    const providers = [a.network.self]
    await b.store.pin(cids[0]!, { providers })
    await b.store.get(cids[1]!, { providers })
    await b.store.stop()
    await b.store.start()
    await b.store.get(cids[2]!, { providers })
    expect(await Promise.all(cids.map((cid) => b.store.has(cid)))).toEqual([true, true, true])
    await b.store.unpin(cids[0]!)
    expect(await Promise.all(cids.map((cid) => b.store.has(cid)))).toEqual([true, false, true])
  })

  it('notices a block that changed on the disk', async () => {
    const dir = await makeFolder()
    const { store } = await startPeer({ dir })
    const cid = await store.put(BLOCK, 'raw')
    await store.stop()
    const db = new Level<string, string>(join(dir, 'blocks'))
    for await (const key of db.keys()) {
      await db.put(key, 'something else')
    }
    await db.close()
    await store.start()
    await expect(store.get(cid, { localOnly: true })).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })

  it('says that the folder is in use, and leaves nothing open', async () => {
    const dir = await makeFolder()
    const first = await startPeer({ dir })
    const second = track(createHeliaStore({ libp2p: () => first.network.libp2p, dir }))
    await expect(second.start()).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(dir) })
    await first.store.stop()
    await second.start()
  })
})
