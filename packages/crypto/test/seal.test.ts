import { SEAL_NONCE_BYTES, SEAL_OVERHEAD_BYTES, seal, sha256, unseal } from '@cortensor/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const sealing = { key: bytes(32), nonce: bytes(SEAL_NONCE_BYTES), context: fc.uint8Array({ maxLength: 40 }) }
const plain = fc.uint8Array({ maxLength: 200 })

describe('sealed bytes', () => {
  it('open with their key and context, and are longer by nonce and tag', () => {
    fc.assert(
      fc.property(fc.record({ ...sealing, plain }), ({ context, key, nonce, plain }) => {
        const sealed = seal(plain, nonce, { key, context })
        expect(sealed.byteLength).toBe(plain.byteLength + SEAL_OVERHEAD_BYTES)
        expect(unseal(sealed, { key, context })).toEqual(plain)
      })
    )
  })

  it('open with no other key, with no other context, and with no byte flipped or missing', () => {
    const places = fc.record({ ...sealing, plain, at: fc.nat(), bit: fc.nat(7) })
    fc.assert(
      fc.property(places, ({ at, bit, context, key, nonce, plain }) => {
        const flip = (value: Uint8Array): Uint8Array => value.with(at % value.length, value[at % value.length]! ^ (1 << bit))
        const sealed = seal(plain, nonce, { key, context })
        expect(unseal(flip(sealed), { key, context })).toBeNull()
        expect(unseal(sealed, { key: flip(key), context })).toBeNull()
        expect(unseal(sealed, { key, context: Uint8Array.of(...context, bit) })).toBeNull()
        expect(unseal(sealed.subarray(0, at % sealed.length), { key, context })).toBeNull()
      })
    )
  })

  // RFC-draft-irtf-cfrg-xchacha-03, A.3.1: made by others, so that what we seal others can open.
  it('are XChaCha20-Poly1305', () => {
    const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
    const text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
    const nonce = hex('404142434445464748494a4b4c4d4e4f5051525354555657')
    const sealed = seal(new Uint8Array(Buffer.from(text)), nonce, { key, context: hex('50515253c0c1c2c3c4c5c6c7') })
    expect(Buffer.from(sealed.subarray(-16)).toString('hex')).toBe('c0875924c1c7987947deafd8780acf49')
    expect(Buffer.from(sealed.subarray(24, 40)).toString('hex')).toBe('bd6d179d3e83d43b9576579493c0e939')
  })

  it('say nothing of what they hold', () => {
    const key = sha256(Uint8Array.of(1))
    const context = new Uint8Array()
    const [a, b] = [0, 255].map((fill) => seal(new Uint8Array(1_000).fill(fill), new Uint8Array(24).fill(fill), { key, context }))
    const ones = (value: Uint8Array): number => value.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
    for (const sealed of [a!, b!]) {
      expect(Math.abs(ones(sealed.subarray(24)) / (sealed.byteLength - 24) - 4)).toBeLessThan(0.3)
    }
  })
})
