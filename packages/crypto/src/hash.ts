import { hash } from 'node:crypto'
import type { Hex32 } from '@cortensor/interface'
import { bytesToHex, hexToBytes, uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import { keccak_256 } from '@noble/hashes/sha3.js'

/** Native: half the time of JavaScript for a message, a tenth for a block. */
export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', bytes, 'buffer'))
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes)

const LENGTH_BYTES = 8

/**
 * SHA-256 of a domain tag and parts, each preceded by its length, so that no two different lists of parts hash the same bytes.
 */
export function domainHash(domain: string, ...parts: Uint8Array[]): Uint8Array {
  const framed = [utf8ToBytes(domain), ...parts]
  const bytes = new Uint8Array(framed.reduce((sum, part) => sum + LENGTH_BYTES + part.byteLength, 0))
  let offset = 0
  for (const part of framed) {
    bytes.set(uint64ToBytes(part.byteLength), offset)
    bytes.set(part, offset + LENGTH_BYTES)
    offset += LENGTH_BYTES + part.byteLength
  }
  return sha256(bytes)
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
