import { createHash } from 'node:crypto'
import { bytesToHex32, domainHash, hex32ToBytes, keccak256, sha256 } from '@cortensor/crypto'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('sha256', () => {
  it('is what the system computes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(bytesToHex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'))
      })
    )
  })
})

describe('keccak256', () => {
  it('has the values that Ethereum knows, not those of SHA3-256', () => {
    expect(bytesToHex(keccak256(new Uint8Array(0)))).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
    expect(bytesToHex(keccak256(utf8ToBytes('transfer(address,uint256)')).subarray(0, 4))).toBe('a9059cbb')
  })
})

describe('domainHash', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 4 })

  it('differs for different lists of parts, also where their bytes in a row are the same', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = JSON.stringify(a.map((part) => [...part])) === JSON.stringify(b.map((part) => [...part]))
        expect(bytesToHex(domainHash('x', ...a)) === bytesToHex(domainHash('x', ...b))).toBe(same)
      })
    )
    expect(domainHash('x', Uint8Array.of(1), Uint8Array.of(2))).not.toEqual(domainHash('x', Uint8Array.of(1, 2)))
    expect(domainHash('x', new Uint8Array(0))).not.toEqual(domainHash('x'))
    expect(domainHash('x')).not.toEqual(domainHash('y'))
  })

  it('frames the domain and each part with its length of 64 bits', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (domain, parts) => {
        const expected = createHash('sha256')
        for (const part of [utf8ToBytes(domain), ...parts]) {
          const length = Buffer.alloc(8)
          length.writeBigUInt64BE(BigInt(part.byteLength))
          expected.update(length).update(part)
        }
        expect(bytesToHex(domainHash(domain, ...parts))).toBe(expected.digest('hex'))
      })
    )
  })
})

describe('hex of 32 bytes', () => {
  it('round-trips and has exactly that length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const hex = bytesToHex32(bytes)
        if (bytes.length === 32) {
          expect(hex32ToBytes(hex)).toEqual(bytes)
        } else {
          expect(() => hex32ToBytes(hex)).toThrow(RangeError)
        }
      })
    )
  })

  it('takes either case, with or without 0x, and nothing that is not hex', () => {
    const bytes = sha256(Uint8Array.of(1))
    const hex = bytesToHex32(bytes)
    for (const text of [hex, hex.slice(2), hex.slice(2).toUpperCase()]) {
      expect(hex32ToBytes(text)).toEqual(bytes)
    }
    for (const text of ['', '0x', hex.slice(0, -1), `${hex.slice(0, -1)}g`, `${hex}\n`]) {
      expect(() => hex32ToBytes(text)).toThrow(RangeError)
    }
  })
})
