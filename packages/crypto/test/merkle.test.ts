import { bytesToHex32, createMerkleTree, hex32ToBytes, keccak256, sha256, verifyMerkleProof, ZERO_HEX32 } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { uint64ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const leafOf = (n: number): Hex32 => bytesToHex32(sha256(uint64ToBytes(n)))
const leaves = fc.array(fc.nat(60).map(leafOf), { minLength: 1, maxLength: 40 })

/** OpenZeppelin's rule, written anew: `a < b ? keccak(a ++ b) : keccak(b ++ a)` on the numbers that the words are. */
function processProof(proof: readonly Hex32[], leaf: Hex32): Hex32 {
  return proof.reduce((node, sibling) => {
    const [low, high] = BigInt(node) < BigInt(sibling) ? [node, sibling] : [sibling, node]
    return bytesToHex32(keccak256(Uint8Array.of(...hex32ToBytes(low), ...hex32ToBytes(high))))
  }, leaf)
}

describe('createMerkleTree', () => {
  it('proves every leaf by the rule of OpenZeppelin', () => {
    fc.assert(
      fc.property(leaves, (items) => {
        const tree = createMerkleTree(items)
        for (const leaf of items) {
          const proof = tree.proof(leaf) as Hex32[]
          expect(processProof(proof, leaf)).toBe(tree.root)
          expect(verifyMerkleProof(tree.root, leaf, proof)).toBe(true)
          expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(items.length)))
        }
      }),
      { numRuns: 60 }
    )
  })

  it('does not depend on the order of leaves, nor on repeating one', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (items, n) => {
        const shuffled = [...items, items[n % items.length] as Hex32].reverse()
        expect(createMerkleTree(shuffled).root).toBe(createMerkleTree(items).root)
      }),
      { numRuns: 60 }
    )
  })

  it('proves nothing else', () => {
    fc.assert(
      fc.property(leaves, fc.nat(255), fc.nat(), (items, byte, n) => {
        const tree = createMerkleTree(items)
        const stranger = leafOf(1000 + n)
        expect(tree.proof(stranger)).toBeNull()
        const leaf = items[n % items.length] as Hex32
        const proof = tree.proof(leaf) as Hex32[]
        expect(verifyMerkleProof(tree.root, stranger, proof)).toBe(false)
        expect(verifyMerkleProof(tree.root, leaf, [...proof, leafOf(byte)])).toBe(false)
        expect(verifyMerkleProof(tree.root, leaf, proof.slice(1))).toBe(proof.length === 0)
      }),
      { numRuns: 60 }
    )
  })

  it('has one root for each set of leaves', () => {
    expect(createMerkleTree([]).root).toBe(ZERO_HEX32)
    expect(createMerkleTree([leafOf(1)]).root).toBe(leafOf(1))
    const roots = Array.from({ length: 30 }, (_, n) => createMerkleTree(Array.from({ length: n }, (_, i) => leafOf(i))).root)
    expect(new Set(roots).size).toBe(30)
  })
})
