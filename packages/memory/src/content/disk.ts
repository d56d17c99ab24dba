import type { CidString, NodeId } from '@cortensor/interface'
import { storeError } from '../errors.js'
import type { ContentIndex, Holder } from './content-index.js'

/** Fetched blocks that nobody pinned are kept, and served, until this many others came after. */
const CACHED_BLOCKS = 1024

/** Which blocks one node holds, and which of them it has promised to keep. */
export class Disk {
  readonly holder: Holder
  readonly #index: ContentIndex
  readonly #maxBytes: number
  readonly #pinned = new Set<CidString>()
  /** Oldest first. */
  readonly #cached = new Set<CidString>()
  #usedBytes = 0

  constructor(index: ContentIndex, id: NodeId, maxBytes: number) {
    this.#index = index
    this.#maxBytes = maxBytes
    this.holder = { id, started: false }
  }

  get(cid: CidString): Uint8Array | undefined {
    if (!this.#index.has(cid, this.holder)) {
      return undefined
    }
    if (this.#cached.delete(cid)) {
      this.#cached.add(cid)
    }
    return this.#index.block(cid)
  }

  /** Throws `STORE_DISK_FULL`. */
  keep(cid: CidString, block: Uint8Array): void {
    if (this.#index.has(cid, this.holder)) {
      return
    }
    if (this.#usedBytes + block.byteLength > this.#maxBytes) {
      throw storeError('STORE_DISK_FULL', 'The disk is full: make room or unpin blocks')
    }
    this.#usedBytes += block.byteLength
    this.#index.add(cid, block, this.holder)
    this.#cache(cid)
  }

  pin(cid: CidString): void {
    this.#cached.delete(cid)
    this.#pinned.add(cid)
  }

  unpin(cid: CidString): void {
    if (this.#pinned.delete(cid)) {
      this.#cache(cid)
    }
  }

  #cache(cid: CidString): void {
    this.#cached.add(cid)
    const [oldest] = this.#cached
    if (this.#cached.size > CACHED_BLOCKS && oldest !== undefined) {
      this.#cached.delete(oldest)
      this.#usedBytes -= this.#index.block(oldest)?.byteLength ?? 0
      this.#index.remove(oldest, this.holder)
    }
  }
}
