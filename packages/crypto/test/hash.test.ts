import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToHex32, domainHash, hex32ToBytes, sha256 } from '../src/index.js'

describe('hashes', () => {
  it('frames the domain and each part with its length of 64 bits', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (domain, parts) => {
        const expected = createHash('sha256')
        for (const part of [Buffer.from(domain), ...parts]) {
          const length = Buffer.alloc(8)
          length.writeBigUInt64BE(BigInt(part.byteLength))
          expected.update(length).update(part)
        }
        expect(domainHash(domain, ...parts)).toEqual(new Uint8Array(expected.digest()))
      })
    )
  })

  it('reads hex of 32 bytes, and nothing else', () => {
    const bytes = sha256(Uint8Array.of(1))
    const hex = bytesToHex32(bytes)
    expect(hex).toMatch(/^0x[0-9a-f]{64}$/)
    for (const text of [hex, hex.slice(2), hex.slice(2).toUpperCase()]) {
      expect(hex32ToBytes(text)).toEqual(bytes)
    }
    for (const text of ['', '0x', hex.slice(0, -1), `${hex}00`, `0x${hex.slice(0, -2)}`, `${hex.slice(0, -1)}g`, `${hex}\n`]) {
      expect(() => hex32ToBytes(text)).toThrow(RangeError)
    }
  })
})
