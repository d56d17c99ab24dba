import { checkEd25519, openEd25519 } from '#native'

export interface Ed25519KeyPair {
  /** 32 bytes. */
  seed: Uint8Array
  /** 32 bytes. */
  publicKey: Uint8Array
  sign(bytes: Uint8Array): Uint8Array
}

export const generateEd25519Seed = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))

/** Throws a `RangeError` unless the seed has 32 bytes. */
export function ed25519FromSeed(seed: Uint8Array): Ed25519KeyPair {
  if (seed.byteLength !== 32) {
    throw new RangeError(`An Ed25519 seed has 32 bytes, got ${seed.byteLength}`)
  }
  return { seed, ...openEd25519(seed) }
}

/** False for a wrong signature and for anything malformed. */
export function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.byteLength !== 32 || signature.byteLength !== 64) {
    return false
  }
  try {
    return checkEd25519(publicKey, bytes, signature)
  } catch {
    return false
  }
}
