import type { Clock, UnixMs } from '@cortensor/interface'
import { LruMap } from './lru.js'

export interface RememberedReadsInit<K, V> {
  clock: Pick<Clock, 'now'>
  read: (key: K) => Promise<V>
  /** Told of a read that failed; whoever waits gets null. */
  onError: (key: K, error: unknown) => void
  /** Keys that are remembered; the least recently used one is forgotten. */
  limit: number
  /** What is good enough is read again, in the background, when it is older than this, in ms. */
  freshMs: number
  /** What is not good enough is read again when it is older than this, in ms: a flood of requests must not ask each time. */
  refusedFreshMs: number
}

export interface Remembered<V> {
  value: V
  readMs: UnixMs
}

/** What was read from somewhere slow, by key: one read of a key at a time. */
export interface RememberedReads<K, V> {
  /** As of the last read, however long ago that was. */
  known(key: K): Remembered<V> | undefined
  /** Null when it cannot be read. */
  refresh(key: K): Promise<V | null>
  /** At once where what is known is good enough; else as of now, or as of a moment ago. Null when it is not known and cannot be read. */
  find(key: K, isGoodEnough: (value: V) => boolean): Promise<V | null>
}

export function createRememberedReads<K, V>(init: RememberedReadsInit<K, V>): RememberedReads<K, V> {
  const { clock, freshMs, limit, onError, read, refusedFreshMs } = init
  const remembered = new LruMap<K, Remembered<V>>(limit)
  const reading = new Map<K, Promise<V | null>>()

  const readOnce = async (key: K): Promise<V | null> => {
    try {
      const value = await read(key)
      remembered.set(key, { value, readMs: clock.now() })
      return value
    } catch (error) {
      onError(key, error)
      return null
    }
  }
  const refresh = (key: K): Promise<V | null> => {
    const pending = reading.get(key) ?? readOnce(key).finally(() => reading.delete(key))
    reading.set(key, pending)
    return pending
  }

  return {
    known: (key) => remembered.get(key),
    refresh,
    async find(key, isGoodEnough) {
      const before = remembered.get(key)
      if (before === undefined) {
        return refresh(key)
      }
      const ageMs = clock.now() - before.readMs
      if (isGoodEnough(before.value)) {
        if (ageMs > freshMs) {
          void refresh(key)
        }
        return before.value
      }
      return ageMs < refusedFreshMs ? before.value : refresh(key)
    }
  }
}
