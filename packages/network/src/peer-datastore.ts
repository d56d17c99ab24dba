import { LruMap } from '@cortensor/utils'
import { LevelDatastore } from 'datastore-level'
import type { Batch, Key, KeyQuery, Pair, Query } from 'interface-datastore'

/** Where libp2p's peer store keeps its records. */
const PEERS = '/peers/'

/** Records kept in memory, about 1 KB each: several times the connections of a node. */
const MAX_CACHED = 1_024

/** Longest time until a change is on disk, in ms. A crash loses what this long has taught of peers, which they tell anew. */
const WRITE_AFTER_MS = 5_000

/** Changes that do not wait for the time. */
const MAX_UNWRITTEN = 256

type Options = Parameters<LevelDatastore['get']>[1]

/**
 * A Level store that keeps the records of peers in memory and writes them later, together. libp2p reads and writes one for every stream
 * that is opened, on both sides, and for every peer that an answer of the DHT names; each of these would wait for the disk.
 */
export class PeerDatastore extends LevelDatastore {
  readonly #cached = new LruMap<string, Uint8Array>(MAX_CACHED)
  #unwritten = new Map<string, Uint8Array>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  override async put(key: Key, value: Parameters<LevelDatastore['put']>[1], options?: Options): Promise<Key> {
    const name = key.toString()
    if (!name.startsWith(PEERS)) {
      return super.put(key, value, options)
    }
    // A copy, because the bytes are a piece of a pool, which they would keep as a whole.
    const own = new Uint8Array(value)
    this.#cached.set(name, own)
    this.#unwritten.set(name, own)
    if (this.#unwritten.size >= MAX_UNWRITTEN) {
      await this.#write()
    } else {
      this.#timer ??= setTimeout(() => this.#write().catch(() => {}), WRITE_AFTER_MS).unref()
    }
    return key
  }

  override async get(key: Key, options?: Options): Promise<Uint8Array> {
    const name = key.toString()
    const known = this.#unwritten.get(name) ?? this.#cached.get(name)
    if (known !== undefined) {
      return known
    }
    await this.#writing
    const found = await super.get(key, options)
    const newer = this.#unwritten.get(name)
    if (newer === undefined && name.startsWith(PEERS)) {
      this.#cached.set(name, found)
    }
    return newer ?? found
  }

  override async has(key: Key, options?: Options): Promise<boolean> {
    const name = key.toString()
    if (this.#unwritten.has(name) || this.#cached.has(name)) {
      return true
    }
    await this.#writing
    return super.has(key, options)
  }

  override async delete(key: Key, options?: Options): Promise<void> {
    await this.#write()
    this.#cached.delete(key.toString())
    await super.delete(key, options)
  }

  override batch(): Batch {
    const batch = super.batch()
    const names: string[] = []
    return {
      put: (key, value) => {
        names.push(key.toString())
        batch.put(key, value)
      },
      delete: (key) => {
        names.push(key.toString())
        batch.delete(key)
      },
      commit: async (options) => {
        await this.#write()
        await batch.commit(options)
        for (const name of names) {
          this.#cached.delete(name)
        }
      }
    }
  }

  override async *query(query: Query, options?: Options): AsyncGenerator<Pair> {
    await this.#write()
    yield* super.query(query, options)
  }

  override async *queryKeys(query: KeyQuery, options?: Options): AsyncGenerator<Key> {
    await this.#write()
    yield* super.queryKeys(query, options)
  }

  override async close(): Promise<void> {
    await this.#write()
    await super.close()
  }

  /** One after the other; what a failed one could not write is tried again with the next. */
  #write(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const write = async (): Promise<void> => {
      const changes = this.#unwritten
      if (changes.size === 0) {
        return
      }
      this.#unwritten = new Map()
      try {
        await this.db.batch([...changes].map(([key, value]) => ({ type: 'put', key, value })))
      } catch (error) {
        this.#unwritten = new Map([...changes, ...this.#unwritten])
        throw error
      }
    }
    const done = this.#writing.then(write)
    this.#writing = done.catch(() => {})
    return done
  }
}
