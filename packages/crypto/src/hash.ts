import type { Hex32 } from '@cortensor/interface'
import { fromString } from 'uint8arrays/from-string'
import { bytesToHexDigits, hexDigitsToBytes, sha256 } from '#native'

export { keccak256, sha256, sha256Hex } from '#native'

/** Tags are constants, a few dozen, and every message hashes one. */
const tags = new Map<string, Uint8Array>()

function tagOf(domain: string): Uint8Array {
  const tag = tags.get(domain) ?? fromString(domain, 'utf8')
  tags.set(domain, tag)
  return tag
}

/** Big-endian. */
const LENGTH_BYTES = 8

/** For lists of parts that fit, which are nearly all: they are hashed before anybody else can come, and a buffer takes as long as the hash. */
const scratch = new Uint8Array(4_096)

/**
 * SHA-256 of a domain tag and parts, each preceded by its length, so that no two different lists of parts hash the same bytes.
 */
export function domainHash(domain: string, ...parts: Uint8Array[]): Uint8Array {
  const framed = [tagOf(domain), ...parts]
  let size = 0
  for (const part of framed) {
    size += LENGTH_BYTES + part.byteLength
  }
  const bytes = size <= scratch.byteLength ? scratch : new Uint8Array(size)
  let offset = 0
  for (const part of framed) {
    // A list of parts is shorter than 2^48 bytes. Without a bigint or a view it takes a tenth of the time.
    for (let i = LENGTH_BYTES - 1, rest = part.byteLength; i >= 0; i--) {
      bytes[offset + i] = rest & 0xff
      rest = Math.floor(rest / 256)
    }
    bytes.set(part, offset + LENGTH_BYTES)
    offset += LENGTH_BYTES + part.byteLength
  }
  return sha256(size === bytes.byteLength ? bytes : bytes.subarray(0, size))
}

export const bytesToHex32 = (bytes: Uint8Array): Hex32 => `0x${bytesToHexDigits(bytes)}` as Hex32

/** With or without `0x`. Throws a `RangeError` unless the text is the hex of exactly 32 bytes. */
export function hex32ToBytes(hex: string): Uint8Array {
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) {
    throw new RangeError(`Expected 32 bytes as 64 hex digits, got ${digits.length} characters`)
  }
  return hexDigitsToBytes(digits)
}

export const ZERO_HEX32 = `0x${'00'.repeat(32)}` as Hex32
