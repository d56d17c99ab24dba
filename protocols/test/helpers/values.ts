import { bytesToHex32, cidFromHash, publicKeyToNodeId } from '@cortensor/crypto'
import type { Address, CidString, EpochNumber, Hex32, NetworkId, NodeId } from '@cortensor/interface'
import { bytesToHex, utf8Length } from '@cortensor/utils'
import fc from 'fast-check'

export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
export const blob = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max })
export const id = <T extends string>() => bytes(32).map((value) => bytesToHex(value) as T)
export const hex32 = bytes(32).map((value): Hex32 => bytesToHex32(value))
export const nodeId = bytes(32).map((value): NodeId => publicKeyToNodeId(value))
export const address = bytes(20).map((value) => `0x${bytesToHex(value)}` as Address)
export const cid = bytes(32).map((value): CidString => cidFromHash(value))
export const rawCid = bytes(32).map((value): CidString => cidFromHash(value, 'raw'))
export const int = (min: number, max: number) => fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }))
export const count = fc.oneof(fc.constantFrom(0, Number.MAX_SAFE_INTEGER), fc.maxSafeNat())
export const epoch = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((value) => value as EpochNumber)
export const amount = fc.oneof(fc.constantFrom(0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n), fc.bigInt(0n, 2n ** 63n - 1n))
export const networkId = bytes(8).map((value) => bytesToHex(value) as NetworkId)
export const finish = fc.constantFrom('stop' as const, 'length' as const)

/** Any Unicode text, a byte order mark at its start included, that fits as UTF-8. */
export const text = (maxBytes: number, minLength = 0) =>
  fc
    .oneof(
      fc.string({ unit: 'binary', minLength, maxLength: Math.min(40, maxBytes) }),
      fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(40, maxBytes) }).map((value) => `\ufeff${value}`)
    )
    .filter((value) => utf8Length(value) <= maxBytes)

export const rising = <T>(item: fc.Arbitrary<T>, keyOf: (value: T) => string, maxLength = 5): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { maxLength, selector: keyOf }).map((items) => items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))
