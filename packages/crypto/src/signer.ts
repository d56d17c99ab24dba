import type { NodeId, Signer, Verifier } from '@cortensor/interface'
import { ed25519FromSeed, verifyEd25519 } from './ed25519.js'
import { hex32ToBytes } from './hash.js'
import { nodeIdToPublicKeyOrNull, publicKeyToNodeId } from './node-id.js'
import { addressOfKey, recoverPacked, signDigestPacked } from './secp256k1.js'

export interface SignerInit {
  /** Ed25519 seed, 32 bytes. */
  nodeSeed: Uint8Array
  /** secp256k1 private key, 32 bytes. */
  operatorKey: Uint8Array
}

/** Signs with keys held in this process. */
export function createSigner(init: SignerInit): Signer {
  const node = ed25519FromSeed(init.nodeSeed)
  return {
    nodeId: publicKeyToNodeId(node.publicKey),
    operator: addressOfKey(init.operatorKey),
    sign: async (bytes) => node.sign(bytes),
    signDigest: async (digest) => signDigestPacked(hex32ToBytes(digest), init.operatorKey)
  }
}

/** Checks real signatures. */
export function createVerifier(): Verifier {
  return {
    async verify(nodeId: NodeId, bytes, signature) {
      const key = nodeIdToPublicKeyOrNull(nodeId)
      return key !== null && verifyEd25519(key, bytes, signature)
    },
    recover: async (digest, signature) => recoverPacked(hex32ToBytes(digest), signature)
  }
}
