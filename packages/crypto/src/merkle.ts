import type { Hex32 } from '@cortensor/interface'
import { compare } from 'uint8arrays/compare'
import { concat } from 'uint8arrays/concat'
import { bytesToHex32, hex32ToBytes, keccak256, ZERO_HEX32 } from './hash.js'

/** A Merkle tree as OpenZeppelin's `MerkleProof` checks it: keccak-256, pairs sorted before hashing, leaves sorted. */
export interface MerkleTree {
  root: Hex32
  /** Siblings from the leaf up, or null when the leaf is not in the tree. */
  proof(leaf: Hex32): Hex32[] | null
}

const hashPair = (a: Uint8Array, b: Uint8Array): Uint8Array => keccak256(concat(compare(a, b) <= 0 ? [a, b] : [b, a]))

/**
 * Leaves must already be hashes that no inner node can equal (double-hashed). Their order does not matter; duplicates are one leaf.
 * An odd node at the end of a level rises unhashed. The root of no leaves is 32 zero bytes.
 */
export function createMerkleTree(leaves: readonly Hex32[]): MerkleTree {
  const sorted = [...new Set(leaves)].sort()
  const levels: Uint8Array[][] = [sorted.map(hex32ToBytes)]
  for (let level = levels[0] as Uint8Array[]; level.length > 1; ) {
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Uint8Array
      const right = level[i + 1]
      above.push(right === undefined ? left : hashPair(left, right))
    }
    levels.push(above)
    level = above
  }
  const top = levels.at(-1)?.[0]
  return {
    root: top === undefined ? ZERO_HEX32 : bytesToHex32(top),
    proof(leaf) {
      let index = sorted.indexOf(leaf)
      if (index < 0) {
        return null
      }
      const siblings: Hex32[] = []
      for (const level of levels.slice(0, -1)) {
        const sibling = level[index ^ 1]
        if (sibling !== undefined) {
          siblings.push(bytesToHex32(sibling))
        }
        index >>= 1
      }
      return siblings
    }
  }
}

export function verifyMerkleProof(root: Hex32, leaf: Hex32, proof: readonly Hex32[]): boolean {
  let node = hex32ToBytes(leaf)
  for (const sibling of proof) {
    node = hashPair(node, hex32ToBytes(sibling))
  }
  return bytesToHex32(node) === root
}
