import type { NodeId, SessionId, TokenAmount } from '@cortensor/interface'
import type { AuditedAnswer, AuditOutcome, CountedVote, Due, Settlement } from '@cortensor/protocols'
import { apportion } from '../report/apportion.js'
import { sortedDues } from '../report/fees.js'
import { overruled } from './honesty.js'

/** Whether an answer's fee stays with its miner. */
export const isPayable = ({ verdict }: Pick<AuditOutcome, 'verdict'>): boolean => verdict === 'valid' || verdict === 'unaudited'

/** What one refused answer gives back to its session, and what of it comes from its miner. */
export interface Refund extends Pick<AuditOutcome, 'miner' | 'session' | 'subject'> {
  amount: TokenAmount
  byMiner: TokenAmount
}

export interface Refunds {
  settlements: Settlement[]
  refunds: Refund[]
}

const sumOf = (dues: readonly Due[]): TokenAmount => dues.reduce((sum, { amount }) => sum + amount, 0n)

/** Takes an amount out of dues in proportion, or all that there is; the second part is what was taken. */
function takeFrom(dues: readonly Due[], wanted: TokenAmount): [left: Due[], taken: TokenAmount] {
  const owed = sumOf(dues)
  const taken = wanted < owed ? wanted : owed
  const shares = apportion(taken, new Map(dues.map((due) => [`${due.node}/${due.operator}`, due.amount])))
  return [dues.map((due) => ({ ...due, amount: due.amount - (shares.get(`${due.node}/${due.operator}`) ?? 0n) })), taken]
}

/**
 * Gives the fees of refused answers back to their sessions, before any of them is credited: a session pays what is final, and nothing is
 * while it can still be refused. The miner gives first, of all that the session owes it, so that those who served and checked the answer lose
 * only what it cannot give.
 */
export function refundFees(settlements: readonly Settlement[], audits: readonly AuditOutcome[]): Refunds {
  const refused = Map.groupBy(
    audits.filter((audit) => !isPayable(audit) && audit.fee > 0n),
    ({ session }) => session
  )
  const refunds: Refund[] = []
  const left = settlements.map((settlement) => {
    let { dues, spent } = settlement
    for (const { fee, miner, session, subject } of refused.get(settlement.session) ?? []) {
      const [own, byMiner] = takeFrom(
        dues.filter(({ node }) => node === miner),
        fee
      )
      const [others, byOthers] = takeFrom(
        dues.filter(({ node }) => node !== miner),
        fee - byMiner
      )
      const amount = byMiner + byOthers
      dues = sortedDues([...own, ...others])
      spent -= amount
      refunds.push({ subject, miner, session, amount, byMiner })
    }
    return refused.has(settlement.session) ? { ...settlement, spent, dues: dues.filter(({ amount }) => amount > 0n) } : settlement
  })
  return { settlements: left, refunds }
}

/** Settlements with what is final of them: all but the fees of answers that audits may still refuse. */
export function withFinal(
  settlements: readonly Settlement[],
  open: readonly Pick<AuditedAnswer, 'fee' | 'session'>[]
): Settlement[] {
  const fees = new Map<SessionId, TokenAmount>()
  for (const { fee, session } of open) {
    fees.set(session, (fees.get(session) ?? 0n) + fee)
  }
  return settlements.map((settlement) => ({ ...settlement, final: settlement.spent - (fees.get(settlement.session) ?? 0n) }))
}

/** Votes that are no work. To say that nothing was shown costs nothing to say: if it were paid, who is idle would say it of everything. */
const UNPAID_VOTES: readonly CountedVote['vote'][] = ['missing', 'untold', 'unsupported', 'withheld']

/**
 * How many audits each node has done in an epoch, for its part of the fees; who was overruled has done none, and who alone found a fault that a
 * dispute did not find is not paid for having said so. A plant that was found counts as one.
 */
export function auditWork(audits: readonly AuditOutcome[]): Map<NodeId, bigint> {
  const work = new Map<NodeId, bigint>()
  for (const audit of audits) {
    const wrong = new Set(overruled(audit).map(({ auditor }) => auditor))
    if (audit.isPlanted && audit.verdict === 'invalid') {
      work.set(audit.miner, (work.get(audit.miner) ?? 0n) + 1n)
    }
    for (const vote of audit.votes) {
      const isInVain = vote.vote === 'strict' && audit.verdict === 'valid'
      if (!UNPAID_VOTES.includes(vote.vote) && !isInVain && !wrong.has(vote.auditor)) {
        work.set(vote.auditor, (work.get(vote.auditor) ?? 0n) + 1n)
      }
    }
  }
  return work
}
