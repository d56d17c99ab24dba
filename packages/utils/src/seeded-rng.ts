import type { Rng } from '@cortensor/interface'
import { utf8ToBytes } from './bytes.js'

/** FNV-1a over the seed's bytes, 32 bits, started from a basis so that four of them fill the generator's state. */
function fnv1a(bytes: Uint8Array, basis: number): number {
  let hash = basis | 0
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  }
  return hash
}

/**
 * Reproducible randomness from a text seed: sfc32 (Chris Doty-Humphrey's small fast counter, period at least 2^32). Not for keys.
 */
export function createSeededRng(seed: string): Rng {
  const bytes = utf8ToBytes(seed)
  let a = fnv1a(bytes, 0x811c9dc5)
  let b = fnv1a(bytes, 0x9e3779b9)
  let c = fnv1a(bytes, 0x85ebca6b)
  let counter = 1
  /** 32 bits as a signed number: unsigned ones would be kept on the heap. */
  const next32 = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum
  }
  for (let i = 0; i < 12; i++) {
    next32()
  }
  const next = (): number => ((next32() >>> 5) * 67_108_864 + (next32() >>> 6)) / 9_007_199_254_740_992
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    fork: (label) => createSeededRng(`${seed}/${label}`),
    next,
    int,
    shuffle(items) {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i)
        const held = copy[i] as (typeof copy)[number]
        copy[i] = copy[j] as (typeof copy)[number]
        copy[j] = held
      }
      return copy
    },
    bytes(length) {
      return Uint8Array.from({ length }, () => next32() & 0xff)
    }
  }
}
