import { cidToHash, hex32ToBytes, nodeIdToPublicKey } from '@cortensor/crypto'
import type { CidString, NodeId, TokenAmount } from '@cortensor/interface'
import { uint64ToBytes } from '@cortensor/utils'

/** Every field of a leaf takes one word, so that no two different lists of fields are the same bytes. */
const WORD_BYTES = 32

export function countToWord(value: number): Uint8Array {
  const word = new Uint8Array(WORD_BYTES)
  word.set(uint64ToBytes(value), WORD_BYTES - 8)
  return word
}

/** Of an amount of micro-COR. */
export function amountToWord(amount: TokenAmount): Uint8Array {
  const word = new Uint8Array(WORD_BYTES)
  word.set(uint64ToBytes(amount), WORD_BYTES - 8)
  return word
}

/** Of a 32-byte id, with or without `0x`. */
export const idToWord = (id: string): Uint8Array => hex32ToBytes(id)

export const nodeToWord = (node: NodeId): Uint8Array => nodeIdToPublicKey(node)

export function cidToWord(cid: CidString): Uint8Array {
  const hash = cidToHash(cid)
  if (hash === null) {
    throw new RangeError(`Not a CIDv1 with SHA-256: ${cid.slice(0, 80)}`)
  }
  return hash
}
