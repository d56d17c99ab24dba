import { compare } from 'uint8arrays/compare'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString as bytesToString } from 'uint8arrays/to-string'
import { fromBase64, fromHex, isEqual, utf8Length as lengthOfUtf8, toBase64, toHex, toLatin1 } from '#native'

export const concatBytes = (...parts: Uint8Array[]): Uint8Array => concat(parts)
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.byteLength === b.byteLength && isEqual(a, b)
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => compare(a, b)
export const utf8ToBytes = (text: string): Uint8Array => fromString(text, 'utf8')
export const bytesToUtf8 = (bytes: Uint8Array): string => bytesToString(bytes, 'utf8')

/** Lower-case hex without a prefix. */
export const bytesToHex = (bytes: Uint8Array): string => toHex(bytes)

/** Accepts an optional `0x`. Throws a `SyntaxError` on anything that is not an even number of hex digits. */
export function hexToBytes(hex: string): Uint8Array {
  const digits = hex.startsWith('0x') ? hex.slice(2) : hex
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new SyntaxError('Not an even number of hex digits')
  }
  return fromHex(digits)
}

/** Of lower-case digits in pairs that were checked already, in a third of the time. */
export const checkedHexToBytes = (digits: string): Uint8Array<ArrayBuffer> => fromHex(digits)

/** One character a byte. */
export const bytesToLatin1 = (bytes: Uint8Array): string => toLatin1(bytes)

/** With padding, RFC 4648. */
export const bytesToBase64 = (bytes: Uint8Array): string => toBase64(bytes)

/** Throws a `SyntaxError` on anything but the one spelling that {@link bytesToBase64} gives. */
export function base64ToBytes(text: string): Uint8Array {
  const bytes = fromBase64(text)
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
export const utf8Length = (text: string): number => lengthOfUtf8(text)
