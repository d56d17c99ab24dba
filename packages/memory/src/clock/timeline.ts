/** Something that happens at one time; `task` is null once it was cancelled. */
export interface Entry {
  task: (() => void) | null
}

/**
 * What is still to come, ordered by time and, within one millisecond, by the order of scheduling. Times are whole milliseconds, so
 * many entries share one: a bucket for each time and a binary heap over the times alone.
 */
export class Timeline {
  readonly #buckets = new Map<number, Entry[]>()
  readonly #heap: number[] = []
  #size = 0

  /** Entries that are not cancelled. */
  get size(): number {
    return this.#size
  }

  get nextMs(): number {
    return this.#heap[0] ?? Number.POSITIVE_INFINITY
  }

  add(timeMs: number, task: () => void): Entry {
    const entry: Entry = { task }
    const bucket = this.#buckets.get(timeMs)
    if (bucket === undefined) {
      this.#buckets.set(timeMs, [entry])
      this.#push(timeMs)
    } else {
      bucket.push(entry)
    }
    this.#size++
    return entry
  }

  cancel(entry: Entry): void {
    if (entry.task !== null) {
      entry.task = null
      this.#size--
    }
  }

  /** Removes the first time and returns its entries. */
  take(): Entry[] {
    const timeMs = this.#pop()
    const bucket = this.#buckets.get(timeMs) ?? []
    this.#buckets.delete(timeMs)
    return bucket
  }

  /** Marks an entry as done and returns its task. */
  claim(entry: Entry): (() => void) | null {
    const { task } = entry
    this.cancel(entry)
    return task
  }

  #push(timeMs: number): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(timeMs)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as number
      if (above <= timeMs) {
        break
      }
      heap[index] = above
      index = parent
    }
    heap[index] = timeMs
  }

  #pop(): number {
    const heap = this.#heap
    const first = heap[0] as number
    const last = heap.pop() as number
    const length = heap.length
    if (length === 0) {
      return first
    }
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= length) {
        break
      }
      if (child + 1 < length && (heap[child + 1] as number) < (heap[child] as number)) {
        child++
      }
      const below = heap[child] as number
      if (below >= last) {
        break
      }
      heap[index] = below
      index = child
    }
    heap[index] = last
    return first
  }
}
