import { domainHash, hex32ToBytes, publicKeyToNodeId } from '@cortensor/crypto'
import type { Address, NodeId, Signer, Verifier } from '@cortensor/interface'
import { bytesToHex, concatBytes, equalBytes, hexToBytes, utf8ToBytes } from '@cortensor/utils'
import { deriveHashKey, type HashKey, keyedHash } from './keyed-hash.js'

/** Of the node signature, and of the packed account signature. */
const SIGNATURE_BYTES = 64
const ADDRESS_BYTES = 20
const TAG_BYTES = SIGNATURE_BYTES - ADDRESS_BYTES

/** Keys that are remembered before all are forgotten; a large simulation has about ten thousand nodes. */
const CACHED_KEYS = 32_768

const DEFAULT_SECRET = 'cortensor-memory'

export interface MemoryKeysInit {
  /** Signer and verifier of one world share it. @default 'cortensor-memory' */
  secret?: string
}

export interface MemorySignerInit extends MemoryKeysInit {
  /** Equal labels give equal identities. */
  label: string
  /** Account of another label, for several nodes of one operator. @default the label's own account */
  operatorLabel?: string
}

const keyOf = (secret: string, owner: string): HashKey => deriveHashKey(utf8ToBytes(secret), utf8ToBytes(owner))

/** The node id of a label, in the form of a real one. */
export const memoryNodeId = (label: string): NodeId => publicKeyToNodeId(domainHash('cortensor/memory/node', utf8ToBytes(label)))

/** The account of a label. */
export const memoryAddress = (label: string): Address =>
  `0x${bytesToHex(domainHash('cortensor/memory/operator', utf8ToBytes(label)).subarray(0, ADDRESS_BYTES))}` as Address

const accountTag = (key: HashKey, digest: Uint8Array): Uint8Array => keyedHash(key, digest, TAG_BYTES)

/** Signs with keyed hashes. Only a verifier with the same secret takes them. */
export function createMemorySigner(init: MemorySignerInit): Signer {
  const secret = init.secret ?? DEFAULT_SECRET
  const nodeId = memoryNodeId(init.label)
  const operator = memoryAddress(init.operatorLabel ?? init.label)
  const nodeKey = keyOf(secret, nodeId)
  const operatorKey = keyOf(secret, operator)
  return {
    nodeId,
    operator,
    sign: async (bytes) => keyedHash(nodeKey, bytes, SIGNATURE_BYTES),
    signDigest: async (digest) => concatBytes(hexToBytes(operator), accountTag(operatorKey, hex32ToBytes(digest)))
  }
}

/** For all nodes of a world. Checks what memory signers of the same secret made; false or null for everything else, real signatures included. */
export function createMemoryVerifier(init: MemoryKeysInit = {}): Verifier {
  const secret = init.secret ?? DEFAULT_SECRET
  const keys = new Map<string, HashKey>()
  const cachedKey = (owner: string): HashKey => {
    let key = keys.get(owner)
    if (key === undefined) {
      if (keys.size >= CACHED_KEYS) {
        keys.clear()
      }
      key = keyOf(secret, owner)
      keys.set(owner, key)
    }
    return key
  }
  return {
    opened: new WeakMap(),
    verify: async (nodeId, bytes, signature) =>
      signature.byteLength === SIGNATURE_BYTES && equalBytes(signature, keyedHash(cachedKey(nodeId), bytes, SIGNATURE_BYTES)),
    async recover(digest, signature) {
      if (signature.byteLength !== SIGNATURE_BYTES) {
        return null
      }
      const address = `0x${bytesToHex(signature.subarray(0, ADDRESS_BYTES))}` as Address
      const tag = accountTag(cachedKey(address), hex32ToBytes(digest))
      return equalBytes(signature.subarray(ADDRESS_BYTES), tag) ? address : null
    }
  }
}
