import type { LogitTrace } from '@cortensor/interface'
import type { Candidates } from '@cortensor/protocols/decode'

/** Positions that there is room for at first; doubled when they are used up. */
const FIRST_POSITIONS = 64

/** Gathers the most likely tokens of one position after the other. */
export class TraceBuilder {
  readonly #top: number
  #ids: Int32Array
  #logits: Float32Array
  #positions = 0

  constructor(top: number) {
    this.#top = top
    this.#ids = new Int32Array(FIRST_POSITIONS * top)
    this.#logits = new Float32Array(FIRST_POSITIONS * top)
  }

  push({ ids, logits }: Candidates): void {
    const start = this.#positions * this.#top
    if (start === this.#ids.length) {
      this.#ids = grown(this.#ids, new Int32Array(start * 2))
      this.#logits = grown(this.#logits, new Float32Array(start * 2))
    }
    for (let i = 0; i < this.#top; i++) {
      this.#ids[start + i] = ids[i] ?? -1
      this.#logits[start + i] = logits[i] ?? 0
    }
    this.#positions++
  }

  build(): LogitTrace {
    const length = this.#positions * this.#top
    return { top: this.#top, ids: this.#ids.slice(0, length), logits: this.#logits.slice(0, length) }
  }
}

function grown<T extends Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
