import { createPrivateKey, createPublicKey, getHashes, hash, type KeyObject, sign, verify } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { createMemo } from '../memo.js'

/** What Node.js does faster than JavaScript; `browser.ts` does the same anywhere. */

interface HexBytes extends Uint8Array {
  toHex(): string
}

const writesHex = (bytes: Uint8Array): bytes is HexBytes => 'toHex' in bytes

/** Newer versions of Node.js write hex themselves, in half the time. */
export const bytesToHexDigits = (bytes: Uint8Array): string =>
  writesHex(bytes) ? bytes.toHex() : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/** Of an even number of hex digits, which are not checked here. */
export const hexDigitsToBytes = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'))

/** One character a byte: a key for maps. */
export const bytesToLatin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const HASH_BYTES = 32

/** The result comes as text: one in a buffer, which Node.js has to get first, takes twice as long. */
function digest(algorithm: string, bytes: Uint8Array): Uint8Array {
  const text = hash(algorithm, bytes, 'latin1')
  const result = new Uint8Array(HASH_BYTES)
  for (let i = 0; i < HASH_BYTES; i++) {
    result[i] = text.charCodeAt(i)
  }
  return result
}

/** A fifth of the time of JavaScript for a message, a tenth for a block. */
export const sha256 = (bytes: Uint8Array): Uint8Array => digest('sha256', bytes)

export const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

/** OpenSSL has it from 3.2 on, in a seventh of the time; a Node.js that is linked with an older one does without. */
const NATIVE_KECCAK = getHashes().includes('keccak-256') ? 'keccak-256' : null

export const keccak256 = (bytes: Uint8Array): Uint8Array =>
  NATIVE_KECCAK === null ? keccak_256(bytes) : digest(NATIVE_KECCAK, bytes)

/** DER prefixes of an Ed25519 key in PKCS#8 and SPKI form, RFC 8410. */
const PKCS8_PREFIX = fromString('302e020100300506032b657004220420', 'base16')
const SPKI_PREFIX = fromString('302a300506032b6570032100', 'base16')

/** Parsing a key costs about as much as checking a signature, and the same nodes sign again and again. */
const PARSED_KEYS = 4096
const parsedKey = createMemo<KeyObject>(PARSED_KEYS)

/** The public key of a seed of 32 bytes, and what signs with it. */
export function openEd25519(seed: Uint8Array): { publicKey: Uint8Array; sign(bytes: Uint8Array): Uint8Array } {
  const key = createPrivateKey({ key: Buffer.from(concat([PKCS8_PREFIX, seed])), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.byteLength)),
    sign: (bytes) => new Uint8Array(sign(null, bytes, key))
  }
}

/** Of a key of 32 bytes and a signature of 64. May throw for what is none. */
export function checkEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = parsedKey(bytesToLatin1(publicKey), () =>
    createPublicKey({ key: Buffer.from(concat([SPKI_PREFIX, publicKey])), format: 'der', type: 'spki' })
  )
  return verify(null, bytes, key, signature)
}
