/** Virtual time: what is due first runs first; of what is due at the same moment, what was asked for first. */
export class Timeline {
  nowMs = 0
  #count = 0
  readonly #heap: { atMs: number; order: number; run: () => void }[] = []

  after(ms: number, run: () => void): void {
    const heap = this.#heap
    heap.push({ atMs: this.nowMs + ms, order: this.#count++, run })
    let i = heap.length - 1
    while (i > 0 && this.#isBefore(i, (i - 1) >> 1)) {
      this.#swap(i, (i - 1) >> 1)
      i = (i - 1) >> 1
    }
  }

  /** Until the condition holds (true), the time is over, or nothing is left (false). */
  runUntil(isDone: () => boolean, untilMs: number): boolean {
    while (!isDone()) {
      const next = this.#heap[0]
      if (next === undefined || next.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs)
        return false
      }
      this.#removeFirst()
      this.nowMs = next.atMs
      next.run()
    }
    return true
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop() as (typeof heap)[number]
    if (heap.length === 0) {
      return
    }
    heap[0] = last
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      let first = i
      first = left < heap.length && this.#isBefore(left, first) ? left : first
      first = right < heap.length && this.#isBefore(right, first) ? right : first
      if (first === i) {
        return
      }
      this.#swap(i, first)
      i = first
    }
  }

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]] as [{ atMs: number; order: number }, { atMs: number; order: number }]
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  }

  #swap(i: number, j: number): void {
    const heap = this.#heap
    ;[heap[i], heap[j]] = [heap[j] as (typeof heap)[number], heap[i] as (typeof heap)[number]]
  }
}
