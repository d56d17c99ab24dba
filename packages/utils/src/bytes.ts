import { compare } from 'uint8arrays/compare'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString as bytesToString } from 'uint8arrays/to-string'

export const concatBytes = (...parts: Uint8Array[]): Uint8Array => concat(parts)
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(b)
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => compare(a, b)
export const utf8ToBytes = (text: string): Uint8Array => fromString(text, 'utf8')
export const bytesToUtf8 = (bytes: Uint8Array): string => bytesToString(bytes, 'utf8')

/** Lower-case hex without a prefix. */
export const bytesToHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/** Accepts an optional `0x`. Throws a `SyntaxError` on anything that is not an even number of hex digits. */
export function hexToBytes(hex: string): Uint8Array {
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new SyntaxError('Not an even number of hex digits')
  }
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

/** With padding, RFC 4648. */
export const bytesToBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** Throws a `SyntaxError` on anything but the one spelling that {@link bytesToBase64} gives. */
export function base64ToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  if (bytesToBase64(bytes) !== text) {
    throw new SyntaxError('Not base64 with padding')
  }
  return bytes
}

/** Big-endian unsigned 64-bit. */
export function uint64ToBytes(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  if (typeof value === 'bigint' || !Number.isSafeInteger(value) || value < 0) {
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
    return bytes
  }
  // Without a bigint and a view it takes a tenth of the time, and every hash of parts begins with lengths.
  for (let i = 7, rest = value; rest > 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

/** Byte length of a string as UTF-8. */
export const utf8Length = (text: string): number => utf8ToBytes(text).byteLength
