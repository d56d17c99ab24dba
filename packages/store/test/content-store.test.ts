import { basename, join } from 'node:path'
import { blockCid } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { createHeliaStore } from '@cortensor/store'
import { utf8ToBytes } from '@cortensor/utils'
import { Level } from 'level'
import { CID } from 'multiformats/cid'
import { describe, expect, it, vi } from 'vitest'
import { eventually, makeFolder, NETWORK_ID, startPeer, track } from './support.js'

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

  it('has on the disk what was put or pinned, whatever a power cut takes', async () => {
    const written: { place: string; operation: string; key: string; sync: boolean }[] = []
    for (const operation of ['put', 'del'] as const) {
      const real = Level.prototype[operation] as (...args: unknown[]) => Promise<void>
      vi.spyOn(Level.prototype, operation).mockImplementation(function write(this: Level, ...args: unknown[]) {
        const last = args.at(-1) as { sync?: boolean }
        written.push({ place: basename(this.location), operation, key: String(args[0]), sync: last?.sync === true })
        return real.apply(this, args)
      })
    }
    /** What may be there: a log is flushed up to its end, so that of what comes after the last write with `sync` any end may be lost. */
    const afterPowerCuts = (place: string): Set<string>[] => {
      const log = written.filter((one) => one.place === place)
      const keys = new Set<string>()
      const last = log.findLastIndex(({ sync }) => sync)
      return log.flatMap(({ key, operation }, i) => {
        operation === 'put' ? keys.add(key) : keys.delete(key)
        return i < last ? [] : [new Set(keys)]
      })
    }
    const a = await startPeer()
    const b = await startPeer({ dir: await makeFolder(), bootstrap: a.network.multiaddrs() })
    const cids = await Promise.all([1, 2].map((i) => a.store.put(new Uint8Array(100).fill(i), 'raw')))
    const [looked, pinned] = cids as [CidString, CidString]
    const providers = [a.network.self]
    // As an oracle does with evidence: looked at first, kept when it is found good.
    for (const cid of cids) {
      await b.store.get(cid, { providers })
    }
    await b.store.pin(pinned, { providers, localOnly: true })
    const own = await b.store.put(BLOCK, 'dag-cbor')
    expect(afterPowerCuts('blocks').map(({ size }) => size)).toEqual([3])
    const mayGo = (cid: CidString): boolean =>
      afterPowerCuts('records').some((keys) => [...keys].some((key) => key.endsWith(cid)))
    expect([looked, pinned, own].map(mayGo)).toEqual([true, false, false])
    vi.restoreAllMocks()
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
    const second = track(createHeliaStore({ network: first.network, networkId: NETWORK_ID, dir }))
    await expect(second.start()).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(dir) })
    await first.store.stop()
    await second.start()
  })
})
