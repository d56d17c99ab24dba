import type { CidString, NodeId } from '../ids.js'
import type { AbortOptions, Startable } from '../startable.js'

export type ContentCodec = 'dag-cbor' | 'raw'

export interface ContentGetOptions extends AbortOptions {
  /** A larger block is refused. @default 2097152 */
  maxBytes?: number
  /** Peers that are likely to have it; they are dialled and asked first. */
  providers?: readonly NodeId[]
  /** Do not ask the network. @default false */
  localOnly?: boolean
}

/**
 * Content-addressed blocks (CIDv1, SHA-256), kept on disk and served to anyone over bitswap. Whatever comes back has been hashed and
 * equals its CID. Errors thrown have codes of `StoreErrorCode`.
 */
export interface ContentStore extends Startable {
  /** Stores, pins and returns the CID. Durable when it resolves. */
  put(block: Uint8Array, codec: ContentCodec, options?: AbortOptions): Promise<CidString>
  get(cid: CidString, options?: ContentGetOptions): Promise<Uint8Array>
  /** True iff the block is here. */
  has(cid: CidString, options?: AbortOptions): Promise<boolean>
  /** Keeps a block that is here, or fetches and keeps it. */
  pin(cid: CidString, options?: ContentGetOptions): Promise<void>
  /** Lets go of a block; it may disappear at any time after. */
  unpin(cid: CidString, options?: AbortOptions): Promise<void>
  /** Announces this node as a provider in the DHT. Resolves when announced; slow, so usually not awaited. */
  provide(cid: CidString, options?: AbortOptions): Promise<void>
}

export type KeyValueOperation = { type: 'put'; key: string; value: Uint8Array } | { type: 'delete'; key: string }

export interface WriteOptions extends AbortOptions {
  /** Resolve only when the write survives a power cut (fsync). @default false */
  sync?: boolean
}

/** A durable ordered map. Keys are text; ranges are by code unit order. */
export interface KeyValue extends Startable {
  get(key: string, options?: AbortOptions): Promise<Uint8Array | null>
  put(key: string, value: Uint8Array, options?: WriteOptions): Promise<void>
  delete(key: string, options?: WriteOptions): Promise<void>
  /** All or nothing. */
  batch(operations: readonly KeyValueOperation[], options?: WriteOptions): Promise<void>
  /** Entries whose key starts with `prefix`, in key order. */
  list(
    prefix: string,
    options?: AbortOptions & { limit?: number; reverse?: boolean }
  ): AsyncIterable<{ key: string; value: Uint8Array }>
}

export type StoreErrorCode =
  | 'STORE_NOT_STARTED'
  | 'STORE_NOT_FOUND'
  | 'STORE_BLOCK_TOO_LARGE'
  | 'STORE_INVALID_CID'
  | 'STORE_INVALID_CAR'
  | 'STORE_LOCKED'
  | 'STORE_DISK_FULL'
  | 'STORE_CORRUPT'
