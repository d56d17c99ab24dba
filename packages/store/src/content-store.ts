import { blockCid, cidToHash, sha256 } from '@cortensor/crypto'
import type { CidString, ContentGetOptions, ContentStore, Logger, Network, NetworkId } from '@cortensor/interface'
import { equalBytes } from '@cortensor/utils'
import type { Libp2p } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import { abortable } from './abortable.js'
import { notStarted, storeError, toStoreError } from './errors.js'
import { type Exchange, openExchange } from './exchange/exchange.js'
import { MAX_BLOCK_BYTES } from './limits.js'
import { type OpenContent, openContent } from './open-content.js'

interface OpenStore extends OpenContent {
  exchange: Exchange
}

export interface HeliaStoreInit {
  /** Its node is asked for at `start`: start the network first and stop it last. */
  network: Network & { readonly libp2p: Libp2p }
  networkId: NetworkId
  /** Folder of the blocks; one process at a time. @default kept in memory */
  dir?: string | undefined
  /** A block that nobody delivers within this time is not found, in ms. @default 15000 */
  fetchTimeoutMs?: number | undefined
  /** Blocks that were fetched and not pinned may fill this much, in bytes. @default 67108864 */
  maxCachedBytes?: number | undefined
  logger?: Logger | undefined
}

/**
 * The port `ContentStore` over Helia. `start` throws `STORE_LOCKED`, `STORE_DISK_FULL` or `STORE_CORRUPT`; the network is neither
 * started nor stopped by it.
 */
export function createHeliaStore(init: HeliaStoreInit): ContentStore {
  const place = init.dir ?? 'the memory store'
  const fetchTimeoutMs = init.fetchTimeoutMs ?? 15_000
  const logger = init.logger?.child({ component: 'store' })
  const pending = new Set<Promise<unknown>>()
  let opened: OpenStore | undefined
  let stopping = new AbortController()
  let turn: Promise<void> = Promise.resolve()

  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const next = turn.then(step)
    turn = next.catch(() => {})
    return next
  }
  /** Runs an operation of the open store; `stop` aborts it and waits for it. */
  const run = async <T>(
    operation: (content: OpenStore, signal: AbortSignal) => Promise<T>,
    caller: AbortSignal | undefined
  ): Promise<T> => {
    caller?.throwIfAborted()
    if (opened === undefined) {
      throw notStarted()
    }
    const stop = stopping.signal
    const signal = caller === undefined ? stop : AbortSignal.any([caller, stop])
    const work = operation(opened, signal)
    const tracked = work.catch(() => {}).finally(() => pending.delete(tracked))
    pending.add(tracked)
    try {
      return await abortable(work, signal)
    } catch (error) {
      caller?.throwIfAborted()
      throw stop.aborted ? notStarted() : toStoreError(error, place)
    }
  }
  const readLocal = async (content: OpenContent, cid: CidString, signal: AbortSignal): Promise<Uint8Array | null> => {
    const key = CID.parse(cid)
    if (!(await content.helia.blockstore.has(key, { signal }))) {
      return null
    }
    const block = await first(content.helia.blockstore.get(key, { signal, offline: true }))
    if (block === null || !equalBytes(sha256(block), hashOf(cid))) {
      throw storeError('STORE_CORRUPT', `The stored block ${cid} does not match its hash; delete ${place} and fetch it again`)
    }
    return block
  }
  const open = async (): Promise<OpenStore> => {
    const { network, networkId } = init
    const maxCachedBytes = init.maxCachedBytes ?? 67_108_864
    const content = await openContent({ libp2p: network.libp2p, dir: init.dir, maxCachedBytes })
    try {
      const read = (cid: CidString, signal: AbortSignal) => readLocal(content, cid, signal)
      return { ...content, exchange: await openExchange({ content, network, networkId, fetchTimeoutMs, read, logger }) }
    } catch (error) {
      await content.close()
      throw error
    }
  }
  /** The block from here or from the network; a fetched one is cached. */
  const obtain = async (
    content: OpenStore,
    cid: CidString,
    options: ContentGetOptions,
    signal: AbortSignal
  ): Promise<Uint8Array> => {
    const maxBytes = options.maxBytes ?? MAX_BLOCK_BYTES
    const local = await readLocal(content, cid, signal)
    if (local === null && options.localOnly === true) {
      throw storeError('STORE_NOT_FOUND', `Block ${cid} is not here; allow asking the network, or fetch it first`)
    }
    const block = local ?? (await content.exchange.fetch(cid, options.providers ?? [], signal))
    if (local === null) {
      await content.cache.note(cid, block.byteLength)
    }
    if (block.byteLength > maxBytes) {
      throw storeError(
        'STORE_BLOCK_TOO_LARGE',
        `Block ${cid} has ${block.byteLength} bytes; raise maxBytes above ${maxBytes} to read it`
      )
    }
    return block
  }

  return {
    start: () =>
      inTurn(async () => {
        if (opened === undefined) {
          stopping = new AbortController()
          opened = await open()
        }
      }),
    stop: () =>
      inTurn(async () => {
        const content = opened
        opened = undefined
        stopping.abort(notStarted())
        await content?.exchange.close()
        await Promise.all(pending)
        await content?.close()
      }),
    put: (block, codec, options) =>
      run(async (content, signal) => {
        if (block.byteLength > MAX_BLOCK_BYTES) {
          throw storeError(
            'STORE_BLOCK_TOO_LARGE',
            `A block has at most ${MAX_BLOCK_BYTES} bytes, got ${block.byteLength}; split it and link the parts`
          )
        }
        const cid = blockCid(block, codec)
        await content.helia.blockstore.put(CID.parse(cid), block.slice(), { signal })
        await content.cache.forget(cid)
        return cid
      }, options?.signal),
    async get(cid, options = {}) {
      hashOf(cid)
      return run((content, signal) => obtain(content, cid, options, signal), options.signal)
    },
    async has(cid, options) {
      hashOf(cid)
      return run(async (content, signal) => content.helia.blockstore.has(CID.parse(cid), { signal }), options?.signal)
    },
    async pin(cid, options = {}) {
      hashOf(cid)
      await run(async (content, signal) => {
        await obtain(content, cid, options, signal)
        await content.cache.forget(cid)
      }, options.signal)
    },
    async unpin(cid, options) {
      hashOf(cid)
      await run(async (content, signal) => {
        const block = await readLocal(content, cid, signal)
        if (block !== null) {
          await content.cache.note(cid, block.byteLength)
        }
      }, options?.signal)
    },
    async provide(cid, options) {
      hashOf(cid)
      await run(async (content, signal) => {
        try {
          await content.libp2p.contentRouting.provide(CID.parse(cid), { signal })
        } catch (cause) {
          signal.throwIfAborted()
          throw storeError('STORE_NOT_FOUND', `No peer took the announcement of ${cid}; connect to peers and try again`, {
            cause
          })
        }
      }, options?.signal)
    }
  }
}

/** Throws `STORE_INVALID_CID`. */
function hashOf(cid: CidString): Uint8Array {
  const hash = cidToHash(cid)
  if (hash === null) {
    throw storeError('STORE_INVALID_CID', `${cid.slice(0, 128)} is not a CIDv1 of a dag-cbor or raw block with SHA-256`)
  }
  return hash
}

async function first(blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array | null> {
  for await (const block of blocks) {
    return block
  }
  return null
}
