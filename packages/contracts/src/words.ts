import type { Address } from '@cortensor/interface'
import { concatBytes, hexToBytes } from '@cortensor/utils'

/** The 32-byte words of Solidity's `abi.encode` for static types. */
export function uintToWord(value: number | bigint): Uint8Array {
  const integer = BigInt(value)
  if (integer < 0n || integer >> 256n !== 0n) {
    throw new RangeError('Not an unsigned 256-bit integer')
  }
  return hexToBytes(integer.toString(16).padStart(64, '0'))
}

/** Throws a `RangeError` unless the text holds exactly 20 bytes. */
export function addressToBytes(address: Address): Uint8Array {
  const bytes = hexToBytes(address)
  if (bytes.byteLength !== 20) {
    throw new RangeError(`Expected 20 bytes, got ${bytes.byteLength}`)
  }
  return bytes
}

export const addressToWord = (address: Address): Uint8Array => concatBytes(new Uint8Array(12), addressToBytes(address))
