/** Of the multiplication by which xxHash spreads bits. */
const PRIMES = [0x9e3779b1, 0x85ebca6b] as const

function hash(values: Int32Array, offset: number, length: number, prime: number): number {
  let h = prime ^ length
  for (let i = offset; i < offset + length; i++) {
    h = Math.imul(h ^ (values[i] as number), prime)
    h ^= h >>> 15
    h = Math.imul(h, 0xc2b2ae3d)
    h ^= h >>> 13
  }
  return h >>> 0
}

/**
 * A set of rows of integers, of which 63 bits of hash are kept: among 10^7 rows two are taken for one with a probability of some 10^-5.
 */
export class Fingerprints {
  #low = new Uint32Array(1 << 16)
  #high = new Uint32Array(1 << 16)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** False when it was there. */
  add(values: Int32Array, offset: number, length: number): boolean {
    if (this.#size * 2 > this.#low.length) {
      this.#grow()
    }
    const isNew = this.#put(hash(values, offset, length, PRIMES[0]), hash(values, offset, length, PRIMES[1]) | 1)
    this.#size += isNew ? 1 : 0
    return isNew
  }

  /** A high part is never 0, which marks a free place. */
  #put(low: number, high: number): boolean {
    const mask = this.#low.length - 1
    const odd = high >>> 0
    for (let at = low & mask; ; at = (at + 1) & mask) {
      if (this.#high[at] === 0) {
        this.#low[at] = low
        this.#high[at] = odd
        return true
      }
      if (this.#low[at] === low && this.#high[at] === odd) {
        return false
      }
    }
  }

  #grow(): void {
    const [low, high] = [this.#low, this.#high]
    this.#low = new Uint32Array(low.length * 2)
    this.#high = new Uint32Array(low.length * 2)
    for (const [i, value] of high.entries()) {
      if (value !== 0) {
        this.#put(low[i] as number, value)
      }
    }
  }
}
