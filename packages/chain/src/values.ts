import type { Address, BlockRef, CortensorError, Hex32 } from '@cortensor/interface'
import { chainError } from './errors.js'

export type JsonObject = Readonly<Record<string, unknown>>

const malformed = (what: string): CortensorError =>
  chainError('CHAIN_RPC_UNREACHABLE', `The chain's RPC answered with ${what}; use another RPC`)

export function asObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('something that is not an object')
  }
  return value as JsonObject
}

export function asHex(value: unknown): `0x${string}` {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]*$/.test(value)) {
    throw malformed('something that is not hex')
  }
  return value.toLowerCase() as `0x${string}`
}

export function asHex32(value: unknown): Hex32 {
  const hex = asHex(value)
  if (hex.length !== 66) {
    throw malformed('a hash of the wrong length')
  }
  return hex as Hex32
}

export function asQuantity(value: unknown): bigint {
  const hex = asHex(value)
  // 256 bits are the widest that a chain speaks of.
  if (hex.length < 3 || hex.length > 66) {
    throw malformed('a number of the wrong length')
  }
  return BigInt(hex)
}

export function asSafeNumber(value: unknown): number {
  const quantity = asQuantity(value)
  if (quantity > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw malformed('a number that is too large')
  }
  return Number(quantity)
}

export const toQuantity = (value: number | bigint): string => `0x${value.toString(16)}`

export const toAddress = (value: string): Address => value.toLowerCase() as Address

/** 2048 bits in hex. */
const BLOOM_CHARACTERS = 514

export interface BlockHeader extends BlockRef {
  parentHash: Hex32
  /** Null where the chain has none. */
  logsBloom: string | null
}

export function asBlockHeader(value: unknown): BlockHeader {
  const block = asObject(value)
  return {
    number: asSafeNumber(block.number),
    hash: asHex32(block.hash),
    timestampMs: asSafeNumber(block.timestamp) * 1000,
    parentHash: asHex32(block.parentHash),
    logsBloom: typeof block.logsBloom === 'string' && block.logsBloom.length === BLOOM_CHARACTERS ? asHex(block.logsBloom) : null
  }
}

export const toBlockRef = ({ number, hash, timestampMs }: BlockRef): BlockRef => ({ number, hash, timestampMs })
