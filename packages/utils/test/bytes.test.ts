import {
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  bytesToUtf8,
  compareBytes,
  concatBytes,
  equalBytes,
  hexToBytes,
  uint64ToBytes,
  utf8Length,
  utf8ToBytes
} from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('hex', () => {
  it('round-trips, with and without a prefix, in both cases', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const hex = bytesToHex(value)
        expect(hex).toBe(Buffer.from(value).toString('hex'))
        for (const form of [hex, `0x${hex}`, hex.toUpperCase()]) {
          expect(equalBytes(hexToBytes(form), value)).toBe(true)
        }
      })
    )
  })

  it('refuses everything else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), (text) => {
        fc.pre(!/^(0x)?([0-9a-fA-F]{2})*$/.test(text))
        expect(() => hexToBytes(text)).toThrow(SyntaxError)
      })
    )
  })
})

describe('base64', () => {
  it('round-trips in one spelling', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = bytesToBase64(value)
        expect(text).toBe(Buffer.from(value).toString('base64'))
        expect(equalBytes(base64ToBytes(text), value)).toBe(true)
      })
    )
  })

  it.each(['A', 'AA', 'AAA', 'AB==', 'AAA=A', 'AA==\n', '-_A=', 'AA AA', '='])('refuses %j', (text) => {
    expect(() => base64ToBytes(text)).toThrow(SyntaxError)
  })
})

describe('text', () => {
  it('round-trips as UTF-8 and counts its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        expect(bytesToUtf8(utf8ToBytes(text))).toBe(text)
        expect(utf8Length(text)).toBe(Buffer.byteLength(text))
      })
    )
  })
})

describe('bytes', () => {
  it('compare as their hex does', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [x, y] = [bytesToHex(a), bytesToHex(b)]
        expect(Math.sign(compareBytes(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0)
        expect(equalBytes(a, b)).toBe(x === y)
        expect(bytesToHex(concatBytes(a, b))).toBe(x + y)
      })
    )
  })

  it('hold a 64-bit number in big-endian order', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(bytesToHex(uint64ToBytes(value))).toBe(value.toString(16).padStart(16, '0'))
      })
    )
    expect(uint64ToBytes(258)).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2))
  })
})
