import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as browser from '../src/native/browser.js'
import * as node from '../src/native/node.js'

const bytes = fc.uint8Array({ maxLength: 300 })
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const { Point } = ed25519

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn))
}

const toNumber = (text: Uint8Array): bigint => BigInt(`0x${Buffer.from(text).reverse().toString('hex')}`)

/** What both find; throwing is finding nothing. */
function checked(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [here, there] = [node, browser].map(({ checkEd25519 }) => {
    try {
      return checkEd25519(publicKey, message, signature)
    } catch {
      return false
    }
  })
  expect(there).toBe(here)
  return here === true
}

describe('what Node.js does and what JavaScript does', () => {
  it('has the same names', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort())
  })

  it('is the same for hashes and texts', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(browser.sha256(value)).toEqual(node.sha256(value))
        expect(browser.keccak256(value)).toEqual(node.keccak256(value))
        expect(browser.sha256Hex(value)).toBe(node.sha256Hex(value))
        expect(browser.bytesToLatin1(value)).toBe(node.bytesToLatin1(value))
        expect(browser.bytesToHexDigits(value)).toBe(node.bytesToHexDigits(value))
        expect(browser.hexDigitsToBytes(node.bytesToHexDigits(value))).toEqual(value)
        expect(node.hexDigitsToBytes(node.bytesToHexDigits(value))).toEqual(value)
      })
    )
  })

  it('is the same for signatures, right ones and wrong ones', () => {
    fc.assert(
      fc.property(seed, bytes, fc.nat(), (secret, message, bit) => {
        const [here, there] = [node.openEd25519(secret), browser.openEd25519(secret)]
        const signature = here.sign(message)
        expect(there.publicKey).toEqual(here.publicKey)
        expect(there.sign(message)).toEqual(signature)
        expect(checked(here.publicKey, message, signature)).toBe(true)
        const flipped = signature.map((byte, at) => (at === (bit >> 3) % 64 ? byte ^ (1 << (bit & 7)) : byte))
        expect(checked(here.publicKey, message, flipped)).toBe(false)
        const longer = Buffer.concat([signature.subarray(0, 32), littleEndian(toNumber(signature.subarray(32)) + Point.Fn.ORDER)])
        expect(checked(here.publicKey, message, longer)).toBe(false)
      }),
      { numRuns: 15 }
    )
  })

  it('is the same for keys with a part of small order, by which other checks differ', () => {
    const found = new Set<boolean>()
    for (const [number, hex] of ED25519_TORSION_SUBGROUP.entries()) {
      const torsion = Point.fromHex(hex, true)
      for (let run = 0; run < 4; run++) {
        const scalar = BigInt(number * 1000 + run + 2)
        const publicKey = Point.BASE.multiply(scalar).add(torsion).toBytes()
        const nonce = BigInt(run + 7)
        const point = Point.BASE.multiply(nonce).toBytes()
        const message = Uint8Array.of(number, run)
        const digest = sha512(Buffer.concat([point, publicKey, message]))
        const h = toNumber(digest) % Point.Fn.ORDER
        const s = (nonce + h * scalar) % Point.Fn.ORDER
        found.add(checked(publicKey, message, Buffer.concat([point, littleEndian(s)])))
      }
    }
    expect([...found].sort()).toEqual([false, true])
  })

  it('refuses alike what is no point', () => {
    fc.assert(
      fc.property(seed, bytes, fc.uint8Array({ minLength: 64, maxLength: 64 }), (key, message, signature) => {
        signature[63] = (signature[63] as number) & 0x0f
        expect(checked(key, message, signature)).toBe(false)
      }),
      { numRuns: 40 }
    )
  })
})
