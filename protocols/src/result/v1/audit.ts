import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { Hex32, LogitTrace, NodeId } from '@cortensor/interface'
import { uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import { writeHex32, writeId, writeNodeId } from '../../common/v1/checks.js'
import { AUDIT_POSITIONS, AUDIT_RANKS } from './limits.js'
import type { AuditReveal, AuditSubject } from './types.js'

/** What nobody can know before an epoch's commit is on the chain, its leader and a block's producer each alone included. */
export const auditRandomness = (digest: Hex32, blockHash: Hex32): Uint8Array =>
  domainHash('cortensor/randomness/v1', writeHex32(digest, 'digest'), writeHex32(blockHash, 'blockHash'))

/** What an auditor promises before any auditor has told anything. */
export function auditCommitment(
  auditor: NodeId,
  { isExact, miner, round, salt, sample, subject, vote, window }: AuditReveal
): Hex32 {
  return bytesToHex32(
    domainHash(
      'cortensor/audit/v1',
      writeId(subject, 'subject'),
      writeNodeId(miner, 'miner'),
      uint64ToBytes(round),
      writeNodeId(auditor, 'auditor'),
      salt,
      utf8ToBytes(vote),
      uint64ToBytes(window === null ? 0 : window + 1),
      uint64ToBytes(isExact ? 1 : 0),
      sample
    )
  )
}

/** The salt under which a miner seals answers that it has spoilt: to others as random as any. */
export const plantSalt = (miner: NodeId, secret: Uint8Array): Uint8Array =>
  domainHash('cortensor/plant/v1', writeNodeId(miner, 'miner'), secret)

/** The positions of an answer whose logits its auditors show, the same for all of them. */
export function auditPositions(
  randomness: Uint8Array,
  { miner, subject }: Omit<AuditSubject, 'round'>,
  tokens: number
): number[] {
  const seed = domainHash('cortensor/audit-positions/v1', randomness, writeId(subject, 'subject'), writeNodeId(miner, 'miner'))
  const view = new DataView(seed.buffer, seed.byteOffset)
  return tokens === 0 ? [] : Array.from({ length: AUDIT_POSITIONS }, (_, i) => view.getUint32(i * 4) % tokens)
}

/**
 * The least likely of the candidates at these positions, largest first, as 32-bit little-endian floats. A transcript tells the eight most
 * likely ones, so that only who has run the model knows these.
 */
export function auditSample({ logits, top }: LogitTrace, positions: readonly number[]): Uint8Array {
  const ranks = Math.min(AUDIT_RANKS, top)
  const bytes = new Uint8Array(positions.length * ranks * 4)
  const view = new DataView(bytes.buffer)
  for (const [i, position] of positions.entries()) {
    for (let rank = 0; rank < ranks; rank++) {
      view.setFloat32((i * ranks + rank) * 4, logits[position * top + top - ranks + rank] ?? 0, true)
    }
  }
  return bytes
}

/** Logits of honest machines differ by less: 0.22 was the most, see `docs/proof-of-inference.md`. */
const SAMPLE_TOLERANCE = 0.5

/** Whether two auditors show what one model says. */
export function isSameSample(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength || a.byteLength % 4 !== 0) {
    return false
  }
  const [left, right] = [a, b].map((bytes) => new DataView(bytes.buffer, bytes.byteOffset)) as [DataView, DataView]
  for (let at = 0; at < a.byteLength; at += 4) {
    // Written so that what is no number differs from everything.
    if (!(Math.abs(left.getFloat32(at, true) - right.getFloat32(at, true)) <= SAMPLE_TOLERANCE)) {
      return false
    }
  }
  return true
}
