import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 as sha2, sha512 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concat } from 'uint8arrays/concat'

/** What `node.ts` does with Node.js, in JavaScript alone. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function bytesToHexDigits(bytes: Uint8Array): string {
  let digits = ''
  for (const byte of bytes) {
    digits += HEX[byte]
  }
  return digits
}

export const hexDigitsToBytes = (digits: string): Uint8Array =>
  Uint8Array.from({ length: digits.length / 2 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16))

export function bytesToLatin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    text += String.fromCharCode(byte)
  }
  return text
}

export const sha256 = (bytes: Uint8Array): Uint8Array => sha2(bytes)

export const sha256Hex = (bytes: Uint8Array): string => bytesToHexDigits(sha2(bytes))

export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes)

export const openEd25519 = (seed: Uint8Array): { publicKey: Uint8Array; sign(bytes: Uint8Array): Uint8Array } => ({
  publicKey: ed25519.getPublicKey(seed),
  sign: (bytes) => ed25519.sign(bytes, seed)
})

const { Point } = ed25519
const COMPONENT_BYTES = 32

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHexDigits(bytes.slice().reverse())}`)
}

/**
 * The check of OpenSSL, which Node.js uses: the equation without its cofactor, R compared as bytes. The library's own check multiplies by the
 * cofactor, by which some signatures of a dishonest signer would hold here and not there.
 */
export function checkEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const s = littleEndian(signature.subarray(COMPONENT_BYTES))
  const { ORDER } = Point.Fn
  if (s >= ORDER) {
    return false
  }
  const encodedR = signature.subarray(0, COMPONENT_BYTES)
  const h = littleEndian(sha512(concat([encodedR, publicKey, bytes]))) % ORDER
  const key = Point.fromBytes(publicKey, true)
  // h * -A is not (-h) * A where the key has a component of small order.
  const expected = Point.BASE.multiplyUnsafe(s).add(key.negate().multiplyUnsafe(h)).toBytes()
  return expected.every((byte, at) => byte === encodedR[at])
}
