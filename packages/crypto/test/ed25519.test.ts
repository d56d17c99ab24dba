import { ed25519FromSeed, generateEd25519Seed, verifyEd25519 } from '@cortensor/crypto'
import { bytesToHex, hexToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** RFC 8032, section 7.1, tests 1 to 3. */
const VECTORS = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'
  }
] as const

/** Order of the group: a signature whose second half is this much larger is another encoding of the same one. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte))

describe('Ed25519', () => {
  it('gives the signatures of RFC 8032', () => {
    for (const { seed, publicKey, message, signature } of VECTORS) {
      const pair = ed25519FromSeed(hexToBytes(seed))
      expect(bytesToHex(pair.publicKey)).toBe(publicKey)
      expect(bytesToHex(pair.sign(hexToBytes(message)))).toBe(signature)
      expect(verifyEd25519(hexToBytes(publicKey), hexToBytes(message), hexToBytes(signature))).toBe(true)
    }
  })

  it('takes no signature with any bit changed, of another key or of other bytes', () => {
    const pair = ed25519FromSeed(new Uint8Array(32).fill(7))
    const other = ed25519FromSeed(new Uint8Array(32).fill(8))
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(511), (message, bit) => {
        const signature = pair.sign(message)
        expect(verifyEd25519(pair.publicKey, message, signature)).toBe(true)
        expect(verifyEd25519(pair.publicKey, message, flip(signature, bit))).toBe(false)
        expect(verifyEd25519(pair.publicKey, flip(message, bit), signature)).toBe(false)
        expect(verifyEd25519(other.publicKey, message, signature)).toBe(false)
      })
    )
  })

  it('takes one encoding of a signature only', () => {
    const { publicKey, message, signature } = VECTORS[1]
    const s = BigInt(`0x${Buffer.from(signature.slice(64), 'hex').reverse().toString('hex')}`)
    const shifted = Buffer.from((s + ORDER).toString(16).padStart(64, '0'), 'hex')
      .reverse()
      .toString('hex')
    const second = hexToBytes(signature.slice(0, 64) + shifted)
    expect(verifyEd25519(hexToBytes(publicKey), hexToBytes(message), second)).toBe(false)
  })

  it('says no to anything malformed, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 70 }), (key, signature) => {
        expect(verifyEd25519(key, new Uint8Array(1), signature)).toBe(false)
      })
    )
    expect(() => ed25519FromSeed(new Uint8Array(31))).toThrow(RangeError)
  })

  it('makes new seeds of 32 bytes', () => {
    const seeds = Array.from({ length: 20 }, () => bytesToHex(generateEd25519Seed()))
    expect(new Set(seeds).size).toBe(20)
    expect(seeds.every((seed) => seed.length === 64)).toBe(true)
  })
})
