import { cidFromHash } from '@cortensor/crypto'
import type { CidString, ContentCodec } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { readInt, readText, writeCid } from './checks.js'
import { wireError } from './errors.js'
import { MAX_TOKEN_AMOUNT } from './limits.js'

/** Counterparts of the protobuf checks for values that come out of dag-cbor, where even the type is unknown. */

/** Multicodec codes, https://github.com/multiformats/multicodec/blob/master/table.csv */
const CODEC_CODES: Readonly<Record<ContentCodec, number>> = { 'dag-cbor': 0x71, raw: 0x55 }
const SHA2_256_CODE = 0x12

const BYTE_ORDER_MARK = '\ufeff'
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function wrongType(field: string, expected: string): Error {
  return wireError('WIRE_MALFORMED', `${field} must be ${expected}`)
}

/** A map with exactly these keys. */
export function blockMap<K extends string>(value: unknown, keys: readonly K[], field: string): Record<K, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw wrongType(field, 'a map')
  }
  if (Object.keys(value).length !== keys.length || !keys.every((key) => Object.hasOwn(value, key))) {
    throw wrongType(field, `a map with exactly the keys ${keys.join(', ')}`)
  }
  return value as Record<K, unknown>
}

export function blockList(value: unknown, max: number, field: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw wrongType(field, 'a list')
  }
  if (value.length > max) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must have at most ${max} entries, got ${value.length}`)
  }
  return value
}

/** A list of exactly `length` values: a row whose columns are known by position. */
export function blockRow(value: unknown, length: number, field: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== length) {
    throw wrongType(field, `a list of ${length} values`)
  }
  return value
}

export function blockBytes(value: unknown, field: string): Uint8Array {
  if (!(value instanceof Uint8Array)) {
    throw wrongType(field, 'bytes')
  }
  return value
}

/** Beyond 2^53 dag-cbor gives a bigint, which is no number of ours. */
export function blockInt(value: unknown, min: number, max: number, field: string): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw wrongType(field, 'an integer')
  }
  return readInt(typeof value === 'number' ? value : Number.NaN, min, max, field)
}

export function blockAmount(value: unknown, field: string): bigint {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
    throw wrongType(field, 'an integer')
  }
  const amount = BigInt(value as number | bigint)
  if (amount < 0n || amount > MAX_TOKEN_AMOUNT) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must be from 0 to 2^63 - 1`)
  }
  return amount
}

/**
 * Text of users and models. Parsers of dag-cbor drop a byte order mark at the start of a string, so such a text is stored as its
 * UTF-8 bytes.
 */
export const textToBlock = (text: string): string | Uint8Array => (text.startsWith(BYTE_ORDER_MARK) ? utf8ToBytes(text) : text)

export function blockText(value: unknown, maxBytes: number, field: string, minBytes = 0): string {
  if (typeof value === 'string') {
    return readText(value, maxBytes, field, minBytes)
  }
  return readText(utf8.decode(blockBytes(value, field)), maxBytes, field, minBytes)
}

/** A link that IPLD tools can follow. */
export function cidToBlock(cid: CidString, field: string, codec: ContentCodec = 'dag-cbor'): CID {
  return CID.createV1(CODEC_CODES[codec], createDigest(SHA2_256_CODE, writeCid(cid, field, codec)))
}

/** Only CIDv1 with SHA-256 of a block of one codec. */
export function blockCidString(value: unknown, field: string, codec: ContentCodec = 'dag-cbor'): CidString {
  const cid = CID.asCID(value)
  const isOurs = cid?.version === 1 && cid.code === CODEC_CODES[codec] && cid.multihash.code === SHA2_256_CODE
  if (!isOurs || cid.multihash.digest.byteLength !== 32) {
    throw wrongType(field, `a link to a ${codec} block with SHA-256`)
  }
  return cidFromHash(cid.multihash.digest, codec)
}

/** The entry of a published table that an index stands for. */
export function blockIndex<T>(value: unknown, table: readonly T[], field: string): T {
  return table[blockInt(value, 0, table.length - 1, field)] as T
}

export function indexToBlock<T>(value: T, table: readonly T[], field: string): number {
  const index = table.indexOf(value)
  if (index < 0) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${field} must be one of ${table.join(', ')}`)
  }
  return index
}
