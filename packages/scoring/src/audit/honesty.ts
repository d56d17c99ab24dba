import type { NodeId } from '@cortensor/interface'
import { MIN_PROOF_TOKENS } from '@cortensor/proofs'
import type { AuditOutcome, CountedVote, NodeHonesty, QuizOutcome } from '@cortensor/protocols'
import { sortedBy } from '../order.js'

type Observation = 'fits' | 'contradicts' | 'withholds'

/**
 * The bet of `createSequentialTest` (`@cortensor/proofs`) in whole numbers, because it decides about money: a stake of 1/(t(t+1)) enters at
 * the t-th audit, and all of it grows by the likelihood ratio of what the audit found. Half of a cheat's audits contradict; one in ten
 * thousand of an honest node's may, by a fault of its machine. Half of them are withheld, if it would rather be thought away; one in a hundred
 * of an honest node's may be, which was restarted or cut off.
 */
const UNIT = 1_000_000n
/** In millionths. (1 - 0.5) / (1 - 0.0001), rounded up in favour of suspicion, 0.5 / 0.0001, and 0.5 / 0.01. */
const RATIOS: Readonly<Record<Observation, bigint>> = { fits: 500_051n, contradicts: 5_000_000_000n, withholds: 50_000_000n }
/** An honest node is ever ejected with a chance of at most one in 10,000. */
const EJECTED_AT = 10_000n * UNIT
/** An honest node is ever in alarm with a chance of at most one in 100. The first audit alone can bring one there; after a few that fit it takes two. */
const ALARM_AT = 100n * UNIT
const MAX_EVIDENCE = 10n ** 15n

const newcomer = (node: NodeId): NodeHonesty => ({
  ...{ node, checks: 0, contradictions: 0, verifiedTokens: 0, evidence: 0n, plants: 0, isUnseated: false, isEjected: false }
})

function observe(before: NodeHonesty, observation: Observation, verifiedTokens: number): NodeHonesty {
  const t = BigInt(before.checks + 1)
  const grown = ((before.evidence + UNIT / (t * (t + 1n)) + 1n) * RATIOS[observation]) / 1_000_000n
  const isCapped = grown > MAX_EVIDENCE
  const isEjected = before.isEjected || grown >= EJECTED_AT
  return {
    ...before,
    checks: before.checks + 1,
    contradictions: before.contradictions + (observation === 'contradicts' ? 1 : 0),
    // Who cheated once, or would not show, begins anew: all of its answers are audited again.
    verifiedTokens: observation === 'fits' ? before.verifiedTokens + verifiedTokens : 0,
    evidence: isCapped ? MAX_EVIDENCE : grown,
    isEjected
  }
}

/** Whether what audits found so far keeps a node out of the pool: until later audits speak for it, or for good. */
export const isInAlarm = ({ evidence, isEjected }: Pick<NodeHonesty, 'evidence' | 'isEjected'>): boolean =>
  isEjected || evidence >= ALARM_AT

/** Of those who found an answer false by what all engines can tell, how many it takes until nobody can have found it valid honestly. */
const PLAIN_VOTES = 2

/** Whether an answer was refuted by what all engines can tell. What equal engines alone refute, others honestly find valid. */
const isPlainlyFalse = ({ verdict, votes }: Pick<AuditOutcome, 'verdict' | 'votes'>): boolean =>
  verdict === 'invalid' && votes.filter(({ vote }) => vote === 'invalid').length >= PLAIN_VOTES

/**
 * Auditors that claimed what the audit refutes, or what they cannot have seen. Inconclusive, unsupported and withheld votes are no claim; who was
 * shown an answer that was withheld from others has seen it; and no engine but an equal one can say whether a strict vote is right.
 */
export const overruled = (audit: Pick<AuditOutcome, 'verdict' | 'votes'>): CountedVote[] => {
  const refuted = audit.verdict === 'valid' ? 'invalid' : isPlainlyFalse(audit) ? 'valid' : null
  return audit.votes.filter(({ vote }) => vote === 'unproved' || vote === refuted)
}

/** Auditors that a plant has shown not to look: they found it valid, or would rather not tell their vote once they knew. */
export const unseatedBy = ({ isPlanted, verdict, votes }: Pick<AuditOutcome, 'isPlanted' | 'verdict' | 'votes'>): NodeId[] =>
  isPlanted && isPlainlyFalse({ verdict, votes })
    ? votes.filter(({ vote }) => vote === 'valid' || vote === 'untold').map(({ auditor }) => auditor)
    : []

/** Outcomes that the quiz pot is divided by: not those of nodes against which audits speak. */
export function paidOutcomes(outcomes: readonly QuizOutcome[], honesty: readonly NodeHonesty[]): QuizOutcome[] {
  const alarmed = new Set(honesty.filter(isInAlarm).map(({ node }) => node))
  return outcomes.filter(({ miner }) => !alarmed.has(miner))
}

/** What is known of nodes after the audits of an epoch: of those that were audited, and of auditors that were overruled. */
export function updateHonesty(known: readonly NodeHonesty[], audits: readonly AuditOutcome[]): NodeHonesty[] {
  const rows = new Map(known.map((row) => [row.node, row]))
  const rowOf = (node: NodeId): NodeHonesty => rows.get(node) ?? newcomer(node)
  const note = (node: NodeId, observation: Observation, verifiedTokens = 0): void => {
    rows.set(node, observe(rowOf(node), observation, verifiedTokens))
  }
  const withholders = new Set<NodeId>()
  for (const audit of audits) {
    const { isPlanted, miner, tokens, verdict } = audit
    if (isPlanted) {
      rows.set(miner, { ...rowOf(miner), plants: rowOf(miner).plants + 1 })
    } else if (verdict === 'valid') {
      // Short answers are right with other models too: they show nothing for or against.
      if (tokens >= MIN_PROOF_TOKENS) {
        note(miner, 'fits', tokens)
      }
    } else if (verdict === 'invalid') {
      note(miner, 'contradicts')
      if (audit.isExact) {
        rows.set(miner, { ...rowOf(miner), isEjected: true })
      }
    } else if (verdict === 'withheld' && !withholders.has(miner)) {
      // Once a report: who was away withheld all that was drawn meanwhile.
      withholders.add(miner)
      note(miner, 'withholds')
    }
    for (const { auditor } of overruled(audit)) {
      note(auditor, 'contradicts')
    }
    for (const auditor of unseatedBy(audit)) {
      rows.set(auditor, { ...rowOf(auditor), isUnseated: true })
    }
  }
  return sortedBy(rows.values(), ({ node }) => node)
}
