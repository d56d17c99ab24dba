import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'

export const SEAL_KEY_BYTES = 32
/** Long enough to be drawn at random for every message of one key. */
export const SEAL_NONCE_BYTES = 24
const TAG_BYTES = 16
/** By how much sealed bytes are longer. */
export const SEAL_OVERHEAD_BYTES = SEAL_NONCE_BYTES + TAG_BYTES

export interface SealInit {
  /** 32 bytes. */
  key: Uint8Array
  /** Not encrypted, but what is sealed opens with the very same context only. @default none */
  context?: Uint8Array
}

/**
 * Encrypts with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03); the nonce comes first, the tag last.
 *
 * @param nonce 24 bytes, never twice with one key: random ones do
 */
export function seal(bytes: Uint8Array, nonce: Uint8Array, { context, key }: SealInit): Uint8Array {
  const encrypted = xchacha20poly1305(key, nonce, context).encrypt(bytes)
  const sealed = new Uint8Array(nonce.byteLength + encrypted.byteLength)
  sealed.set(nonce)
  sealed.set(encrypted, nonce.byteLength)
  return sealed
}

/** What was sealed, or null for another key, another context or changed bytes. */
export function unseal(sealed: Uint8Array, { context, key }: SealInit): Uint8Array | null {
  if (sealed.byteLength < SEAL_OVERHEAD_BYTES) {
    return null
  }
  const cipher = xchacha20poly1305(key, sealed.subarray(0, SEAL_NONCE_BYTES), context)
  try {
    return cipher.decrypt(sealed.subarray(SEAL_NONCE_BYTES))
  } catch {
    // The library tells a wrong tag, the only thing that can be wrong here, by throwing.
    return null
  }
}
