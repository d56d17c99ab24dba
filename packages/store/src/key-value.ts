import type { AbortOptions, KeyValue, KeyValueOperation, WriteOptions } from '@cortensor/interface'
import { Level } from 'level'
import { abortable } from './abortable.js'
import { notStarted, toStoreError } from './errors.js'
import { bytesToKey, keyToBytes, prefixEnd } from './key-encoding.js'
import { openLevel } from './level.js'

export interface LevelKeyValueInit {
  /** Folder of the database; one process at a time. */
  dir: string
}

/** The port `KeyValue` over Level. `start` throws `STORE_LOCKED`, `STORE_DISK_FULL` or `STORE_CORRUPT`. */
export function createLevelKeyValue(init: LevelKeyValueInit): KeyValue {
  let opened: Level<Uint8Array, Uint8Array> | undefined
  let turn: Promise<void> = Promise.resolve()

  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const next = turn.then(step)
    turn = next.catch(() => {})
    return next
  }
  const run = async <T>(
    operation: (db: Level<Uint8Array, Uint8Array>) => Promise<T>,
    signal: AbortSignal | undefined
  ): Promise<T> => {
    signal?.throwIfAborted()
    if (opened === undefined) {
      throw notStarted()
    }
    const work = operation(opened).catch((error: unknown) => {
      throw toStoreError(error, init.dir)
    })
    return abortable(work, signal)
  }
  return {
    start: () =>
      inTurn(async () => {
        if (opened === undefined) {
          const db = new Level<Uint8Array, Uint8Array>(init.dir, { keyEncoding: 'view', valueEncoding: 'view' })
          await openLevel(db, init.dir)
          opened = db
        }
      }),
    stop: () =>
      inTurn(async () => {
        const db = opened
        opened = undefined
        await db?.close()
      }),
    get: async (key, options) => (await run((db) => db.get(keyToBytes(key)), options?.signal)) ?? null,
    put: (key, value, options) => run((db) => db.put(keyToBytes(key), value.slice(), syncOf(options)), options?.signal),
    delete: (key, options) => run((db) => db.del(keyToBytes(key), syncOf(options)), options?.signal),
    batch: (operations, options) => run((db) => db.batch(operations.map(toLevel), syncOf(options)), options?.signal),
    async *list(prefix, options: AbortOptions & { limit?: number; reverse?: boolean } = {}) {
      options.signal?.throwIfAborted()
      if (opened === undefined) {
        throw notStarted()
      }
      const end = prefixEnd(prefix)
      const iterator = opened.iterator({
        gte: keyToBytes(prefix),
        ...(end === null ? {} : { lt: end }),
        limit: options.limit ?? -1,
        reverse: options.reverse ?? false
      })
      try {
        for (;;) {
          const entry = await abortable(iterator.next(), options.signal)
          if (entry === undefined) {
            return
          }
          yield { key: bytesToKey(entry[0]), value: entry[1] }
          options.signal?.throwIfAborted()
        }
      } catch (error) {
        options.signal?.throwIfAborted()
        throw toStoreError(error, init.dir)
      } finally {
        await iterator.close()
      }
    }
  }
}

const syncOf = (options: WriteOptions | undefined): { sync: boolean } => ({ sync: options?.sync ?? false })

const toLevel = (
  operation: KeyValueOperation
): { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array } =>
  operation.type === 'put'
    ? { type: 'put', key: keyToBytes(operation.key), value: operation.value.slice() }
    : { type: 'del', key: keyToBytes(operation.key) }
