/** What happens to a full queue: the newcomer is refused, or the oldest makes room. */
export type DropPolicy = 'newest' | 'oldest'

export interface BoundedQueueInit<T> {
  /** Most items that may wait. */
  limit: number
  /** @default 'newest' */
  drop?: DropPolicy
  /** Told of every item that was dropped, for a metric. */
  onDrop?: (item: T) => void
}

export interface BoundedQueue<T> extends AsyncIterable<T> {
  readonly size: number
  /** False when this item was dropped, or the queue has ended. */
  push(item: T): boolean
  /** Consumers get what is queued, then the end. */
  end(error?: unknown): void
}

/** A queue for one consumer, bounded, with a named drop policy. */
export function createBoundedQueue<T>(init: BoundedQueueInit<T>): BoundedQueue<T> {
  const items: T[] = []
  let ended = false
  let failure: unknown
  let wake: (() => void) | undefined
  const notify = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    get size() {
      return items.length
    },
    push(item) {
      if (ended) {
        return false
      }
      if (items.length >= init.limit) {
        if (init.drop !== 'oldest') {
          init.onDrop?.(item)
          return false
        }
        init.onDrop?.(items.shift() as T)
      }
      items.push(item)
      notify()
      return true
    },
    end(error) {
      if (!ended) {
        ended = true
        failure = error
        notify()
      }
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (items.length > 0) {
          yield items.shift() as T
        }
        if (ended) {
          if (failure !== undefined) {
            throw failure
          }
          return
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }
}
