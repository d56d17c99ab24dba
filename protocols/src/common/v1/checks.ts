import { bytesToHex32, cidFromHash, cidToHash, nodeIdToPublicKeyOrNull, publicKeyToNodeId } from '@cortensor/crypto'
import type { Address, CidString, ContentCodec, Hex32, NodeId } from '@cortensor/interface'
import { bytesToHex, checkedHexToBytes, hexToBytes, utf8Length } from '@cortensor/utils'
import { wireError } from './errors.js'

/** Bytes of our own: nobody else's buffer stays alive or changes under a decoded message. */
export type OwnedBytes = Uint8Array<ArrayBuffer>

export const ownBytes = (bytes: Uint8Array): OwnedBytes => new Uint8Array(bytes)

/** The bytes themselves: who keeps them keeps the message that they came in. */
export function requireLength(value: Uint8Array, length: number, field: string): Uint8Array {
  if (value.byteLength !== length) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must have ${length} bytes, got ${value.byteLength}`)
  }
  return value
}

export const readBytes = (value: Uint8Array, length: number, field: string): OwnedBytes =>
  ownBytes(requireLength(value, length, field))

/** Bytes of any length from 1 to `maxBytes`; themselves, as with {@link requireLength}. */
export function requireBlob(value: Uint8Array, maxBytes: number, field: string): Uint8Array {
  if (value.byteLength === 0 || value.byteLength > maxBytes) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must have 1 to ${maxBytes} bytes, got ${value.byteLength}`)
  }
  return value
}

/** Bytes of any length from 1 to `maxBytes`. */
export const readBlob = (value: Uint8Array, maxBytes: number, field: string): OwnedBytes =>
  ownBytes(requireBlob(value, maxBytes, field))

/** 32 bytes as 64 hex digits: task, session, model and round ids. */
export const readId = <T extends string>(value: Uint8Array, field: string): T => bytesToHex(requireLength(value, 32, field)) as T

export const readHex32 = (value: Uint8Array, field: string): Hex32 => bytesToHex32(requireLength(value, 32, field))

export const readNodeId = (value: Uint8Array, field: string): NodeId => publicKeyToNodeId(requireLength(value, 32, field))

export const readAddress = (value: Uint8Array, field: string): Address =>
  `0x${bytesToHex(requireLength(value, 20, field))}` as Address

/** The SHA-256 of a dag-cbor block as its CID. */
export const readCid = (value: Uint8Array, field: string): CidString => cidFromHash(requireLength(value, 32, field))

export function readInt(value: number, min: number, max: number, field: string): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must be an integer from ${min} to ${max}`)
  }
  return value
}

/** Unix time in ms, or any other count that only has to be exact. */
export const readCount = (value: number, field: string): number => readInt(value, 0, Number.MAX_SAFE_INTEGER, field)

/** A text of at most `maxBytes` as UTF-8, without half surrogate pairs, which have no UTF-8 form. */
export function readText(value: string, maxBytes: number, field: string, minBytes = 0): string {
  // A character takes one to three bytes, so that most texts are never measured: neither short ones nor those that are far too long.
  const isTooLong = value.length > maxBytes || (value.length * 3 > maxBytes && utf8Length(value) > maxBytes)
  if (isTooLong || value.length < minBytes) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must have ${minBytes} to ${maxBytes} bytes as UTF-8`)
  }
  if (!value.isWellFormed()) {
    throw wireError('WIRE_MALFORMED', `${field} is not well-formed Unicode`)
  }
  return value
}

export function readOneOf<T extends string>(value: string, known: readonly T[], field: string): T {
  if (!(known as readonly string[]).includes(value)) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must be one of ${known.join(', ')}`)
  }
  return value as T
}

export function readList<T>(value: readonly T[], min: number, max: number, field: string): readonly T[] {
  if (value.length < min || value.length > max) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must have ${min} to ${max} entries, got ${value.length}`)
  }
  return value
}

/** Refuses a value that comes twice. */
export function readDistinct<T>(values: readonly T[], keyOf: (value: T) => string, field: string): T[] {
  if (new Set(values.map(keyOf)).size !== values.length) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must not have the same entry twice`)
  }
  return [...values]
}

/** For messages that are one of several things. */
export function requireOneField(wire: object, name: string): void {
  const set = Object.values(wire).filter((value) => value !== undefined).length
  if (set !== 1) {
    throw wireError('WIRE_MALFORMED', `${name} must have exactly one of its fields set, got ${set}`)
  }
}

const HASH_HEX = /^[0-9a-f]{64}$/

export function writeId(id: string, field: string): OwnedBytes {
  if (!HASH_HEX.test(id)) {
    throw wireError('WIRE_MALFORMED', `${field} must be 64 lower-case hex digits`)
  }
  return checkedHexToBytes(id)
}

export function writeHex32(hex: string, field: string): OwnedBytes {
  if (!hex.startsWith('0x')) {
    throw wireError('WIRE_MALFORMED', `${field} must be 0x and 64 lower-case hex digits`)
  }
  return writeId(hex.slice(2), field)
}

export function writeNodeId(nodeId: string, field: string): OwnedBytes {
  const key = nodeIdToPublicKeyOrNull(nodeId)
  if (key === null) {
    throw wireError('WIRE_MALFORMED', `${field} must be the peer id of an Ed25519 key`)
  }
  return ownBytes(key)
}

export function writeAddress(address: string, field: string): OwnedBytes {
  if (!/^0x[0-9a-f]{40}$/.test(address)) {
    throw wireError('WIRE_MALFORMED', `${field} must be 0x and 40 lower-case hex digits`)
  }
  return ownBytes(hexToBytes(address))
}

/** How every CIDv1 of a block with SHA-256 begins. */
const CID_STARTS: Readonly<Record<ContentCodec, string>> = { 'dag-cbor': 'bafyrei', raw: 'bafkrei' }

export function writeCid(cid: CidString, field: string, codec: ContentCodec = 'dag-cbor'): OwnedBytes {
  const hash = cidToHash(cid)
  if (hash === null || !cid.startsWith(CID_STARTS[codec])) {
    throw wireError('WIRE_MALFORMED', `${field} must be the CIDv1 of a ${codec} block with SHA-256`)
  }
  return ownBytes(hash)
}
