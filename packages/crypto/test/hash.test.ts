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
})
