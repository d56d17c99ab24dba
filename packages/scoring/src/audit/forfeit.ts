import type { RewardParams } from '@cortensor/config'
import type { NodeId } from '@cortensor/interface'
import type { AuditOutcome, Settlement } from '@cortensor/protocols'
import { overruled } from './honesty.js'

/** Whether an answer's fee stays with its miner. */
export const isPayable = ({ verdict }: Pick<AuditOutcome, 'verdict'>): boolean => verdict === 'valid' || verdict === 'unaudited'

/**
 * Takes the miner's part of refused answers' fees out of what sessions owe it, before any of it is credited: a report's dues are paid two
 * reports later at the earliest, when most of its audits are over. What is taken is nobody's, and makes room for emission.
 */
export function forfeitFees(
  settlements: readonly Settlement[],
  audits: readonly AuditOutcome[],
  { minerFeeBps }: Pick<RewardParams, 'minerFeeBps'>
): Settlement[] {
  const refused = Map.groupBy(
    audits.filter((audit) => !isPayable(audit) && audit.fee > 0n),
    ({ session }) => session
  )
  return settlements.map((settlement) => {
    const left = new Map<NodeId, bigint>()
    for (const { fee, miner } of refused.get(settlement.session) ?? []) {
      left.set(miner, (left.get(miner) ?? 0n) + (fee * BigInt(minerFeeBps)) / 10_000n)
    }
    if (left.size === 0) {
      return settlement
    }
    const dues = settlement.dues.map((due) => {
      const lost = left.get(due.node) ?? 0n
      const taken = lost < due.amount ? lost : due.amount
      left.set(due.node, lost - taken)
      return { ...due, amount: due.amount - taken }
    })
    return { ...settlement, dues: dues.filter(({ amount }) => amount > 0n) }
  })
}

/** How many audits each node has done in an epoch, for its part of the fees; who was overruled has done none. */
export function auditWork(audits: readonly AuditOutcome[]): Map<NodeId, bigint> {
  const work = new Map<NodeId, bigint>()
  for (const audit of audits) {
    const wrong = new Set(overruled(audit).map(({ auditor }) => auditor))
    for (const { auditor, vote } of audit.votes) {
      if (vote !== 'missing' && vote !== 'unsupported' && !wrong.has(auditor)) {
        work.set(auditor, (work.get(auditor) ?? 0n) + 1n)
      }
    }
  }
  return work
}
