import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
  randomBytes
} from 'node:crypto'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { createMemo } from './memo.js'

/** DER prefixes of an Ed25519 key in PKCS#8 and SPKI form, RFC 8410. */
const PKCS8_PREFIX = fromString('302e020100300506032b657004220420', 'base16')
const SPKI_PREFIX = fromString('302a300506032b6570032100', 'base16')

/** Parsing a key costs about as much as checking a signature, and the same nodes sign again and again. */
const PARSED_KEYS = 4096
const parsedKey = createMemo<KeyObject>(PARSED_KEYS)

export interface Ed25519KeyPair {
  /** 32 bytes. */
  seed: Uint8Array
  /** 32 bytes. */
  publicKey: Uint8Array
  sign(bytes: Uint8Array): Uint8Array
}

export const generateEd25519Seed = (): Uint8Array => new Uint8Array(randomBytes(32))

/** Throws a `RangeError` unless the seed has 32 bytes. */
export function ed25519FromSeed(seed: Uint8Array): Ed25519KeyPair {
  if (seed.byteLength !== 32) {
    throw new RangeError(`An Ed25519 seed has 32 bytes, got ${seed.byteLength}`)
  }
  const key = createPrivateKey({ key: Buffer.from(concat([PKCS8_PREFIX, seed])), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    seed,
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.byteLength)),
    sign: (bytes) => new Uint8Array(nodeSign(null, bytes, key))
  }
}

/** False for a wrong signature and for anything malformed. */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.byteLength !== 32 || signature.byteLength !== 64) {
    return false
  }
  try {
    const id = Buffer.from(publicKey).toString('latin1')
    const key = parsedKey(id, () =>
      createPublicKey({ key: Buffer.from(concat([SPKI_PREFIX, publicKey])), format: 'der', type: 'spki' })
    )
    return nodeVerify(null, bytes, key, signature)
  } catch {
    return false
  }
}
