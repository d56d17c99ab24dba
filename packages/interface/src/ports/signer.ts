import type { Address, Hex32, NodeId } from '../ids.js'

/** The two keys of a node: Ed25519 for messages, secp256k1 for the chain. */
export interface Signer {
  readonly nodeId: NodeId
  /** The operator's account. */
  readonly operator: Address
  /** Ed25519 signature (64 bytes) over the bytes as they are. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
  /** secp256k1 signature of a 32-byte digest in the packed EIP-2098 form (64 bytes: r, then s with the parity in its top bit). */
  signDigest(digest: Hex32): Promise<Uint8Array>
}

export interface Verifier {
  /** True iff `signature` is the node's over `bytes`; false, never a throw, for anything malformed. */
  verify(nodeId: NodeId, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** The account that made a packed signature over a digest, or null when the bytes are no signature (high `s` included). */
  recover(digest: Hex32, signature: Uint8Array): Promise<Address | null>
  /**
   * What was found in bytes whose signature holds, so that one of several receivers opens a message for all. Only for nodes of one process
   * that share a verifier and are handed the same bytes, which nobody ever changes: a simulation. @default every receiver opens it
   */
  readonly opened?: WeakMap<object, object>
}
