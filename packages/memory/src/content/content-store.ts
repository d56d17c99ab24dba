import { blockCid, cidToHash } from '@cortensor/crypto'
import type { CidString, ContentGetOptions, ContentStore, NodeId } from '@cortensor/interface'
import { linkSignals } from '@cortensor/utils'
import { storeError } from '../errors.js'
import type { HubCore } from '../network/hub-core.js'
import { Pending } from '../network/pending.js'
import type { ContentIndex } from './content-index.js'
import { Disk } from './disk.js'
import { Fetcher } from './fetcher.js'

const DEFAULT_MAX_BYTES = 2_097_152
const DEFAULT_TIMEOUT_MS = 10_000

export interface MemoryContentStoreInit {
  self: NodeId
  /** A block that nobody offers for this long is not found, in ms. @default 10000 */
  timeoutMs?: number
  /** All blocks together; more is a full disk. @default no limit */
  maxBytes?: number
}

const checkCid = (cid: CidString): void => {
  if (cidToHash(cid) === null) {
    throw storeError('STORE_INVALID_CID', `Not a CIDv1 with SHA-256 of a raw or dag-cbor block: ${String(cid).slice(0, 80)}`)
  }
}

export function createMemoryContentStore(core: HubCore, index: ContentIndex, init: MemoryContentStoreInit): ContentStore {
  const disk = new Disk(index, init.self, init.maxBytes ?? Number.POSITIVE_INFINITY)
  const fetcher = new Fetcher(core, index, init.self)
  const pending = new Pending()
  let stopping = new AbortController()

  const notStarted = (): Error => storeError('STORE_NOT_STARTED', 'The content store is not running; call start() first')
  const check = (signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted()
    if (!disk.holder.started) {
      throw notStarted()
    }
  }
  const checkSize = (block: Uint8Array, maxBytes: number): void => {
    if (block.byteLength > maxBytes) {
      throw storeError('STORE_BLOCK_TOO_LARGE', `A block of ${block.byteLength} bytes is more than the ${maxBytes} allowed`)
    }
  }
  const load = async (cid: CidString, options: ContentGetOptions): Promise<Uint8Array> => {
    check(options.signal)
    checkCid(cid)
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    const held = disk.get(cid)
    if (held !== undefined) {
      checkSize(held, maxBytes)
      return held
    }
    if (options.localOnly === true) {
      throw storeError('STORE_NOT_FOUND', `${cid} is not here; allow asking the network`)
    }
    pending.enter()
    const { signal, unlink } = linkSignals(options.signal, stopping.signal)
    try {
      const block = await fetcher.fetch({
        cid,
        providers: options.providers ?? [],
        timeoutMs: init.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        check: (found) => checkSize(found, maxBytes),
        signal
      })
      disk.keep(cid, block)
      return block
    } finally {
      unlink()
      pending.leave()
    }
  }

  return {
    async start() {
      if (!disk.holder.started) {
        stopping = new AbortController()
        disk.holder.started = true
      }
    },
    async stop() {
      disk.holder.started = false
      stopping.abort(notStarted())
      await pending.idle()
    },
    async put(block, codec, options) {
      check(options?.signal)
      checkSize(block, DEFAULT_MAX_BYTES)
      const cid = blockCid(block, codec)
      disk.keep(cid, block)
      disk.pin(cid)
      return cid
    },
    get: async (cid, options = {}) => (await load(cid, options)).slice(),
    async has(cid, options) {
      check(options?.signal)
      checkCid(cid)
      return disk.get(cid) !== undefined
    },
    async pin(cid, options = {}) {
      await load(cid, options)
      disk.pin(cid)
    },
    async unpin(cid, options) {
      check(options?.signal)
      checkCid(cid)
      disk.unpin(cid)
    },
    async provide(cid, options) {
      check(options?.signal)
      checkCid(cid)
      index.announce(cid, init.self)
    }
  }
}
