import type { Hex32 } from '@cortensor/interface'
import { bytesToHex, concatBytes, hexToBytes, uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'

export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes)
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes)

/**
 * SHA-256 of a domain tag and parts, each preceded by its length, so that no two different lists of parts hash the same bytes.
 */
export function domainHash(domain: string, ...parts: Uint8Array[]): Uint8Array {
  const framed = [utf8ToBytes(domain), ...parts].flatMap((part) => [uint64ToBytes(part.byteLength), part])
  return sha256(concatBytes(...framed))
}

export const bytesToHex32 = (bytes: Uint8Array): Hex32 => `0x${bytesToHex(bytes)}` as Hex32

/** Throws a `RangeError` unless the hex holds exactly 32 bytes. */
export function hex32ToBytes(hex: string): Uint8Array {
  const bytes = hexToBytes(hex)
  if (bytes.byteLength !== 32) {
    throw new RangeError(`Expected 32 bytes, got ${bytes.byteLength}`)
  }
  return bytes
}

export const ZERO_HEX32 = `0x${'00'.repeat(32)}` as Hex32
