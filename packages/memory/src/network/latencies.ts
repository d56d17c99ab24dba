/** Longer ones are counted as this, in ms: nothing that is said on the mesh is of use after so long. */
const MAX_MS = 60_000

/** How long deliveries took, by whole ms: a day of a thousand nodes takes no more room than a minute of ten. */
export class Latencies {
  readonly #counts: number[] = []

  add(ms: number): void {
    const at = Math.min(MAX_MS, Math.max(0, Math.round(ms)))
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  clear(): void {
    this.#counts.length = 0
  }

  /** Ms and deliveries, by rising ms; without those that never were. */
  entries(): [ms: number, deliveries: number][] {
    return this.#counts.flatMap((count, ms) => (count === undefined ? [] : [[ms, count] as [number, number]]))
  }
}
