import type { KeyValue, KeyValueOperation } from '@cortensor/interface'
import { storeError } from './errors.js'

export interface MemoryKeyValue extends KeyValue {
  readonly size: number
  /** A power cut: stops at once and forgets every write since the last one with `sync`. */
  crash(): void
}

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((keys[middle] as string) < key) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low
}

/** An ordered map that outlives stop and start, and loses what a real one would lose in a crash. */
export function createMemoryKeyValue(): MemoryKeyValue {
  const values = new Map<string, Uint8Array>()
  /** By rising key; null since one came or went, because many are written for each time that they are listed. */
  let keys: readonly string[] | null = []
  /** What the keys written since the last sync were before; a log is flushed up to its end, so one sync covers all before it. */
  const undo = new Map<string, Uint8Array | null>()
  let started = false

  const check = (signal?: AbortSignal): void => {
    signal?.throwIfAborted()
    if (!started) {
      throw storeError('STORE_NOT_STARTED', 'The key-value store is not open: start it first')
    }
  }
  const apply = (key: string, value: Uint8Array | null): void => {
    const known = values.has(key)
    if (value !== null) {
      values.set(key, value)
    } else {
      values.delete(key)
    }
    if (known !== (value !== null)) {
      keys = null
    }
  }
  const write = (operations: readonly KeyValueOperation[], sync: boolean): void => {
    const copies = operations.map((operation) => ({
      key: operation.key,
      value: operation.type === 'put' ? operation.value.slice() : null
    }))
    for (const { key, value } of copies) {
      if (!undo.has(key)) {
        undo.set(key, values.get(key) ?? null)
      }
      apply(key, value)
    }
    if (sync) {
      undo.clear()
    }
  }

  return {
    get size() {
      return values.size
    },
    async start() {
      started = true
    },
    async stop() {
      started = false
      undo.clear()
    },
    crash() {
      started = false
      for (const [key, value] of undo) {
        apply(key, value)
      }
      undo.clear()
    },
    async get(key, options) {
      check(options?.signal)
      return values.get(key)?.slice() ?? null
    },
    async put(key, value, options) {
      check(options?.signal)
      write([{ type: 'put', key, value }], options?.sync === true)
    },
    async delete(key, options) {
      check(options?.signal)
      write([{ type: 'delete', key }], options?.sync === true)
    },
    async batch(operations, options) {
      check(options?.signal)
      write(operations, options?.sync === true)
    },
    async *list(prefix, options) {
      check(options?.signal)
      const sorted = keys ?? [...values.keys()].sort()
      keys = sorted
      const first = lowerBound(sorted, prefix)
      let end = first
      while (sorted[end]?.startsWith(prefix) === true) {
        end++
      }
      const range = sorted.slice(first, end)
      if (options?.reverse === true) {
        range.reverse()
      }
      // Values are taken now: whoever writes while iterating sees the state from before, as with a real iterator.
      const snapshot = range.slice(0, options?.limit).map((key) => ({ key, value: values.get(key)?.slice() as Uint8Array }))
      for (const entry of snapshot) {
        options?.signal?.throwIfAborted()
        yield entry
      }
    }
  }
}
