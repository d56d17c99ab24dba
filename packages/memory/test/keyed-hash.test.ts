import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveHashKey, keyedHash } from '../src/keyed-hash.js'

const key = deriveHashKey(Uint8Array.of(1, 2, 3))

describe('keyedHash', () => {
  it('gives other bytes for every single bit that differs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), (bytes, position) => {
        const bit = position % (bytes.length * 8)
        const changed = bytes.slice()
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
        const before = keyedHash(key, bytes, 64)
        const after = keyedHash(key, changed, 64)
        const same = before.filter((byte, i) => byte === after[i]).length
        // By chance a quarter of a byte in 64 agrees; thirty-two would be half of the hash.
        expect(same).toBeLessThan(32)
      }),
      { numRuns: 500 }
    )
  })

  it('depends on the key and on the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ minLength: 1, maxLength: 32 }), (bytes, other) => {
        fc.pre(other.join() !== '1,2,3')
        expect(keyedHash(deriveHashKey(other), bytes, 64)).not.toEqual(keyedHash(key, bytes, 64))
        expect(keyedHash(key, Uint8Array.of(...bytes, 0), 64)).not.toEqual(keyedHash(key, bytes, 64))
      })
    )
  })

  it('does not collide over many short inputs', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 50_000; i++) {
      seen.add(keyedHash(key, Uint8Array.of(i & 255, i >> 8), 8).join())
    }
    expect(seen.size).toBe(50_000)
  })
})
