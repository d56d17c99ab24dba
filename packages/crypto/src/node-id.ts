import type { NodeId } from '@cortensor/interface'
import { base58btc } from 'multiformats/bases/base58'
import { concat } from 'uint8arrays/concat'
import { bytesToLatin1 } from '#native'
import { createMemo } from './memo.js'

/**
 * A libp2p peer id of an Ed25519 key is the identity multihash (0x00, length 0x24) of its protobuf: key type 1 (08 01), data of 32
 * bytes (12 20). See https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md
 */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/** Longest base58 text of 38 bytes, with room to spare: bounds what is decoded. */
const MAX_TEXT_LENGTH = 64

/** Base58 is slow, and every message names the same nodes again. As many as a large network has. */
const REMEMBERED_NODES = 16_384
const textOf = createMemo<NodeId>(REMEMBERED_NODES)
const keyOf = createMemo<Uint8Array>(REMEMBERED_NODES)

/** Throws a `RangeError` unless the key has 32 bytes. */
export function publicKeyToNodeId(publicKey: Uint8Array): NodeId {
  if (publicKey.byteLength !== 32) {
    throw new RangeError(`An Ed25519 public key has 32 bytes, got ${publicKey.byteLength}`)
  }
  const id = bytesToLatin1(publicKey)
  return textOf(id, () => base58btc.encode(concat([PREFIX, publicKey])).slice(1) as NodeId)
}

/** The raw key, or null when the text is not the id of an Ed25519 key. */
export function nodeIdToPublicKeyOrNull(nodeId: string): Uint8Array | null {
  return keyOf(nodeId, () => decodeKey(nodeId))?.slice() ?? null
}

function decodeKey(nodeId: string): Uint8Array | null {
  if (nodeId.length > MAX_TEXT_LENGTH) {
    return null
  }
  try {
    const bytes = base58btc.decode(`z${nodeId}`)
    const isEd25519 = bytes.byteLength === 38 && PREFIX.every((byte, i) => bytes[i] === byte)
    return isEd25519 ? bytes.slice(PREFIX.byteLength) : null
  } catch {
    return null
  }
}

/** Throws a `RangeError` when the text is not the id of an Ed25519 key. */
export function nodeIdToPublicKey(nodeId: NodeId): Uint8Array {
  const key = nodeIdToPublicKeyOrNull(nodeId)
  if (key === null) {
    throw new RangeError(`Not the peer id of an Ed25519 key: ${nodeId.slice(0, 80)}`)
  }
  return key
}

export const isNodeId = (value: string): value is NodeId => nodeIdToPublicKeyOrNull(value) !== null
