import type { AuditParams } from '@cortensor/config'
import { domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { Address, Hex32, ModelId, NodeId } from '@cortensor/interface'
import { type AuditedAnswer, auditRandomness, type LedgerState, type PendingAudit } from '@cortensor/protocols'
import { uint64ToBytes, utf8ToBytes } from '@cortensor/utils'

export interface AuditDrawInit {
  params: AuditParams
  /** After the epoch whose commit and block draw. */
  state: Pick<LedgerState, 'bindings' | 'cutoffMs' | 'digest' | 'epoch' | 'honesty' | 'pending' | 'reported' | 'skills'>
  /** Of the block that nobody knew when that epoch was committed. */
  blockHash: Hex32
}

export interface AuditDraw {
  randomness: Uint8Array
  /** Audits whose auditors are known: those of earlier draws, and of this one. */
  drawn: PendingAudit[]
  /** Disputes that nobody can decide. */
  undecided: PendingAudit[]
}

/** The number of the block that, with the digest of the epoch committed in another one, draws that epoch's audits. */
export const drawBlockOf = (committedAtBlock: number, confirmationDepth: number): number =>
  committedAtBlock + Math.max(1, confirmationDepth)

/** Auditors of a dispute. */
const DISPUTE_AUDITORS = 3
/** Tries for each seat before it stays empty: enough to find the one fit node among dozens, little where there is none. */
const TRIES = 64
const FRACTION_BITS = 48n
const MAX_BPS = 10_000n

/** The first 48 bits of a hash, as a number that is evenly spread below 2^48. */
function fractionOf(
  randomness: Uint8Array,
  label: string,
  { miner, subject }: Pick<AuditedAnswer, 'miner' | 'subject'>,
  n = 0
): bigint {
  const parts = [hex32ToBytes(subject), utf8ToBytes(miner), uint64ToBytes(n)]
  const hash = domainHash('cortensor/audit-draw/v1', randomness, utf8ToBytes(label), ...parts)
  return new DataView(hash.buffer, hash.byteOffset).getBigUint64(0) >> (64n - FRACTION_BITS)
}

/**
 * Whether an answer is audited: always while nothing of its miner was verified, less and less with what was, and never less often than
 * the least rate. In integers, so that everybody draws the same.
 */
export function isDrawn(fraction: bigint, verifiedTokens: number, { minRateBps, trustTokens }: AuditParams): boolean {
  const isBelowFloor = fraction * MAX_BPS < BigInt(minRateBps) << FRACTION_BITS
  return isBelowFloor || fraction * BigInt(trustTokens + verifiedTokens) < BigInt(trustTokens) << FRACTION_BITS
}

/** Which audits an epoch's randomness draws, and who does them: the same for everybody who has that epoch's report and the block. */
export function drawAudits({ blockHash, params, state }: AuditDrawInit): AuditDraw {
  const randomness = auditRandomness(state.digest, blockHash)
  const choose = createChooser(randomness, state)
  const verified = new Map(state.honesty.map(({ node, verifiedTokens }) => [node, verifiedTokens]))
  const drawn: PendingAudit[] = []
  const undecided: PendingAudit[] = []
  for (const audit of state.pending) {
    const auditors =
      audit.auditors.length > 0
        ? audit.auditors
        : choose(
            audit,
            DISPUTE_AUDITORS,
            audit.earlier.map(({ auditor }) => auditor)
          )
    if (auditors.length === 0) {
      undecided.push(audit)
    } else {
      drawn.push(audit.auditors.length > 0 ? audit : { ...audit, auditors, drawnMs: state.cutoffMs })
    }
  }
  for (const answer of params.auditors === 0 ? [] : state.reported) {
    if (isDrawn(fractionOf(randomness, 'answer', answer), verified.get(answer.miner) ?? 0, params)) {
      const auditors = choose(answer, params.auditors, [])
      if (auditors.length > 0) {
        drawn.push({ ...answer, epoch: state.epoch, round: 0, auditors, drawnMs: state.cutoffMs, isPlanted: false, earlier: [] })
      }
    }
  }
  return { randomness, drawn, undecided }
}

/**
 * Auditors are miners that were measured with the very model, of operators that have nothing to do with the answer or with one another,
 * and neither ejected nor unseated themselves.
 */
function createChooser(randomness: Uint8Array, { bindings, honesty, skills }: AuditDrawInit['state']) {
  const operators = new Map<NodeId, Address>(bindings.map(({ node, operator }) => [node, operator]))
  const unseated = new Set(honesty.filter(({ isEjected, isUnseated }) => isEjected || isUnseated).map(({ node }) => node))
  const measured = new Map<NodeId, ModelId | null>()
  for (const { model, node } of skills) {
    if (!measured.has(node) && operators.has(node) && !unseated.has(node)) {
      measured.set(node, model)
    }
  }
  const byModel = Map.groupBy(measured.keys(), (node) => measured.get(node))
  return (answer: AuditedAnswer, seats: number, excluded: readonly NodeId[]): NodeId[] => {
    const candidates = byModel.get(answer.model) ?? []
    const askers = answer.source.type === 'task' ? [answer.source.router] : []
    const taken = new Set([answer.miner, ...askers, ...excluded].map((node) => operators.get(node) ?? node))
    const chosen: NodeId[] = []
    for (let n = 0; n < TRIES * seats && chosen.length < seats && candidates.length > 0; n++) {
      const fraction = fractionOf(randomness, `auditor/${excluded.length}`, answer, n)
      const node = candidates[Number((fraction * BigInt(candidates.length)) >> FRACTION_BITS)] as NodeId
      const operator = operators.get(node) as Address
      if (!taken.has(operator)) {
        taken.add(operator)
        chosen.push(node)
      }
    }
    return chosen
  }
}
