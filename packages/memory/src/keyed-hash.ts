/**
 * A fast keyed hash for simulations: four multiply-xor lanes over the words of the bytes, stirred and stretched. Anyone who knows the secret can
 * make one, and it resists nobody who tries; it only tells a right signature from a wrong one, at well under a microsecond.
 */
export type HashKey = readonly [number, number, number, number]

const PRIMES = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const
const START: HashKey = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]

function absorb(key: HashKey, bytes: Uint8Array): [number, number, number, number] {
  let [a, b, c, d] = key
  const { length } = bytes
  for (let i = 0; i < length; i += 4) {
    const word = (bytes[i] as number) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
    a = Math.imul(a ^ word, PRIMES[0])
    a ^= a >>> 15
    b = Math.imul(b + word + a, PRIMES[1])
    b ^= b >>> 13
    c = (c ^ b) + d
    d = Math.imul(d + a, PRIMES[2]) ^ (c >>> 16)
  }
  return [a ^ length, b, Math.imul(c, PRIMES[3]), d]
}

export function deriveHashKey(...parts: Uint8Array[]): HashKey {
  let key: HashKey = START
  for (const part of parts) {
    key = absorb(key, part)
  }
  return key
}

/** `length` bytes (a multiple of 4) that depend on every bit of the key and of the bytes. */
export function keyedHash(key: HashKey, bytes: Uint8Array, length: number): Uint8Array {
  let [a, b, c, d] = absorb(key, bytes)
  const out = new Uint8Array(length)
  const words = length / 4
  // The first rounds only mix; without them a change in the last byte would not reach every lane.
  for (let i = -8; i < words; i++) {
    const sum = (a + b + d) | 0
    d = (d + 0x9e3779b9) | 0
    a = b ^ (b >>> 9) ^ Math.imul(c, PRIMES[1])
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    if (i >= 0) {
      out[4 * i] = sum >>> 24
      out[4 * i + 1] = sum >>> 16
      out[4 * i + 2] = sum >>> 8
      out[4 * i + 3] = sum
    }
  }
  return out
}
