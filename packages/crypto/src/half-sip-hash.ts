const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

/** The two halves of a 64-bit result, each an unsigned 32-bit number. */
export interface HalfSip {
  first: number
  second: number
}

/**
 * HalfSipHash-2-4 with 64 bits of output, of one 4-byte word: a keyed hash by the designers of SipHash that needs nothing but 32-bit
 * additions, rotations and exclusive ors. Key halves and the word are little-endian.
 */
export function halfSipHash(key0: number, key1: number, word: number): HalfSip {
  let v0 = key0 | 0
  let v1 = key1 ^ 0xee
  let v2 = 0x6c796765 ^ key0
  let v3 = 0x74656462 ^ key1
  const mix = (rounds: number): void => {
    for (let i = 0; i < rounds; i++) {
      v0 = (v0 + v1) | 0
      v1 = rotate(v1, 5) ^ v0
      v0 = rotate(v0, 16)
      v2 = (v2 + v3) | 0
      v3 = rotate(v3, 8) ^ v2
      v0 = (v0 + v3) | 0
      v3 = rotate(v3, 7) ^ v0
      v2 = (v2 + v1) | 0
      v1 = rotate(v1, 13) ^ v2
      v2 = rotate(v2, 16)
    }
  }
  // The word, then the closing block: a message of four bytes with nothing left over.
  for (const block of [word, 4 << 24]) {
    v3 ^= block
    mix(2)
    v0 ^= block
  }
  v2 ^= 0xee
  mix(4)
  const first = (v1 ^ v3) >>> 0
  v1 ^= 0xdd
  mix(4)
  return { first, second: (v1 ^ v3) >>> 0 }
}
