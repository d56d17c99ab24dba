import type { NetworkParams } from '@cortensor/config'
import type { Address, CidString, FalseWindow, NodeId, RoundId, SessionId, TaskId, TokenAmount } from '@cortensor/interface'
import {
  type AuditOutcome,
  type AuditVerdict,
  type AuthorStage,
  type BallotStatus,
  type CountedVote,
  type Due,
  envelopeId,
  type LedgerState,
  type NodeHonesty,
  type QuizOutcome,
  type Report
} from '@cortensor/protocols'
import { paidOutcomes } from '../audit/honesty.js'
import { refundFees } from '../audit/refund.js'
import { paidAuthors } from '../authoring/authored-rounds.js'
import { scoringError } from '../errors.js'
import { panelWeights } from '../panel/panel-weights.js'
import { apportion } from './apportion.js'
import { roomOf } from './money.js'
import { type AssessedNode, assessedAt, UNASSESSED } from './reputations.js'
import { baseShares, baseWeights, capacities, potsOf, quizWeights, type RewardPot, totalOf } from './rewards.js'
import { type Credit, shareCredit } from './settlements.js'

/** One part of a reward: the pot, divided in proportion to weights. All amounts are micro-units. */
export interface RewardTerm<E> {
  pot: TokenAmount
  /** Of this node. */
  weight: bigint
  /** Of all nodes with a claim, so that the exact share is `pot * weight / totalWeight`. */
  totalWeight: bigint
  /** The share in whole units; units that rounding leaves go to the largest remainders. */
  amount: TokenAmount
  evidence: readonly E[]
}

/** What one session's payment gave to a node. */
export interface CreditTerm {
  session: SessionId
  /** What the session paid and is credited now, to everybody. */
  credited: TokenAmount
  /** What the session owed to this node, and to everybody, before. */
  due: TokenAmount
  owed: TokenAmount
  amount: TokenAmount
}

/** An audit that ended in this epoch, of the node's own answer or done by it. */
export interface AuditTerm {
  /** The task or the round, and which of them it is. */
  subject: AuditOutcome['subject']
  type: AuditOutcome['type']
  part: 'audited' | 'auditor'
  verdict: AuditVerdict
  /** The node's own vote; null when it was audited. */
  vote: CountedVote['vote'] | null
  window: number | null
  /** A dispute upheld that this window has other logits to the last bit. */
  isExact: boolean
  /** What the session got back of the fee, and what of it the miner gave; 0 for auditors. */
  refunded: TokenAmount
  refundedByMiner: TokenAmount
}

/** A part in a panel. */
export interface PanelTerm {
  roundId: RoundId
  part: 'answer' | 'judge'
  /** Of the answer; null for a judge, and where too few judges had an opinion. */
  scoreMilli: number | null
  /** Of the judge; null for an answer. */
  status: BallotStatus | null
}

export interface WorkTerm {
  amount: TokenAmount
  credits: readonly CreditTerm[]
  /** The node's own results of this epoch, whose fees are credited when their sessions have paid. */
  evidence: readonly { taskId: TaskId; transcript: CidString; completionTokens: number; session: SessionId; fee: TokenAmount }[]
}

export interface RewardExplanation {
  node: NodeId
  /** Null for a node that got nothing. */
  operator: Address | null
  epoch: number
  /** The span that the pots come from, in ms. */
  paidMs: number
  /** What records and audits say of it after this epoch; only the qualified share in the base pot. */
  assessed: AssessedNode
  /** What both weights below are proportional to, in tokens: what it gets right of what it gets through at one time. */
  capacity: number
  /** For being there. Evidence: ids of the observations whose measures say so. */
  base: RewardTerm<{ observation: string }>
  /** For answers. Evidence: every round that counted. */
  quiz: RewardTerm<Pick<QuizOutcome, 'roundId' | 'status' | 'scores'>>
  /** Rounds of this epoch whose open challenge it has a part in; the accepted ones are part of its weight in the quiz pot. */
  written: readonly { roundId: RoundId; stage: AuthorStage; isAccepted: boolean }[]
  /** Panels that ended in this epoch: what they found of its answers, and how it judged those of others. Part of its weight in the quiz pot. */
  panels: readonly PanelTerm[]
  /** For work: fees of this and earlier epochs that their sessions have paid by now. */
  work: WorkTerm
  /** What audits said, which work, honesty and the next epochs' audits follow from. */
  audits: readonly AuditTerm[]
  /** After this epoch; null for a node that no audit was about. */
  honesty: NodeHonesty | null
  /** What half of its stake is gone for, or will be when somebody has sent it to the contract; null for a node that lost none. */
  slashing: FalseWindow | null
  total: TokenAmount
  /** What the operator had in all before this epoch, what all of its nodes got in it, and what it has after. */
  cumulative: { before: TokenAmount; added: TokenAmount; after: TokenAmount }
}

export interface ExplainRewardInit {
  report: Report
  /** After the epoch before. */
  prevState: Pick<LedgerState, 'cumulative' | 'settlements'>
  node: NodeId
  params: NetworkParams
}

/**
 * How a node's reward comes about, from nothing but the report. Throws `SCORING_REWARD_UNEXPLAINED` when what the report says differs from
 * what its own terms give, by a single unit: then it was not made by these rules, or with other parameters.
 */
export function explainReward({ node, params, prevState, report }: ExplainRewardInit): RewardExplanation {
  const { reward } = params
  const { epoch, paidMs } = report
  const { credited, emission } = roomOf({
    ...{ params, epoch, paidMs, anchor: report.anchor, state: prevState, audits: report.audits },
    cutoffMs: report.state.cutoffMs
  })
  const pots = potsOf(reward, emission)
  // Whoever got a share of the base pot was up, which the report does not repeat, and qualified, which it shows.
  const present = report.rewards.filter(({ base }) => base > 0n)
  const operators = new Map(present.map((entry) => [entry.node, entry.operator]))
  const capacityOf = capacities(report.state.throughputs)
  const weights: Record<RewardPot, ReadonlyMap<NodeId, bigint>> = {
    base: baseWeights(operators, new Set(operators.keys()), reward.maxBaseNodesPerOperator, capacityOf),
    quiz: quizWeights(
      {
        outcomes: paidOutcomes(report.outcomes, report.state.honesty),
        authors: paidAuthors(report.state, epoch),
        panels: panelWeights({ opinions: report.opinions, honesty: report.state.honesty }),
        skills: report.state.skills
      },
      capacityOf
    )
  }
  const termOf = <E>(part: RewardPot, evidence: readonly E[]): RewardTerm<E> => {
    const weight = weights[part].get(node) ?? 0n
    const totalWeight = [...weights[part].values()].reduce((sum, one) => sum + one, 0n)
    const shares = part === 'base' ? baseShares(pots.base, weights.base) : apportion(pots.quiz, weights.quiz)
    const amount = shares.get(node) ?? 0n
    return { pot: pots[part], weight, totalWeight, amount, evidence: weight === 0n ? [] : evidence }
  }
  const own = report.state.reputations.filter((row) => row.node === node)
  const assessed = assessedAt({ honesty: report.state.honesty, reputations: own }, epoch).get(node) ?? UNASSESSED
  if (assessed.standing !== 'qualified' && weights.base.has(node)) {
    throw unexplained(`base: the report pays a share to a node that its own records call ${assessed.standing}`)
  }
  const entries = report.rewards.filter((one) => one.node === node)
  const terms = {
    base: termOf(
      'base',
      report.observations.map((bytes) => ({ observation: envelopeId(bytes) }))
    ),
    quiz: termOf(
      'quiz',
      report.outcomes.filter(({ miner }) => miner === node).map(({ roundId, scores, status }) => ({ roundId, scores, status }))
    ),
    work: workTermOf(node, credited.credits, report)
  }
  for (const part of ['base', 'quiz', 'work'] as const) {
    requireSame(
      part,
      terms[part].amount,
      entries.reduce((sum, entry) => sum + entry[part], 0n)
    )
  }
  const operator = entries[0]?.operator ?? null
  const cumulative = cumulativeOf(operator, report, prevState)
  const slashing = report.state.slashings.find((row) => row.node === node) ?? null
  const total = terms.base.amount + terms.quiz.amount + terms.work.amount
  const audits = auditTermsOf(node, report, prevState)
  const honesty = report.state.honesty.find((row) => row.node === node) ?? null
  const written = writtenBy(node, report)
  const capacity = capacityOf(node)
  const panels = judgedOf(node, report)
  return {
    ...{ node, operator, epoch, paidMs, assessed, capacity, ...terms, written, panels },
    ...{ audits, honesty, slashing, total, cumulative }
  }
}

const judgedOf = (node: NodeId, { opinions }: Report): PanelTerm[] =>
  opinions.flatMap(({ answers, ballots, roundId }) => [
    ...answers.flatMap(({ nodes, scoreMilli }): PanelTerm[] =>
      nodes.includes(node) ? [{ roundId, part: 'answer', scoreMilli, status: null }] : []
    ),
    ...ballots.flatMap(({ isSeated, node: by, status }): PanelTerm[] =>
      isSeated && by === node ? [{ roundId, part: 'judge', scoreMilli: null, status }] : []
    )
  ])

const writtenBy = (node: NodeId, { epoch, state }: Report): RewardExplanation['written'] =>
  state.authored
    .filter((row) => row.epoch === epoch && (row.creator === node || row.preparer === node))
    .map(({ creator, isAccepted, roundId }) => ({ roundId, stage: creator === node ? 'create' : 'prepare', isAccepted }))

function auditTermsOf(node: NodeId, { audits }: Report, { settlements }: Pick<LedgerState, 'settlements'>): AuditTerm[] {
  const refunds = new Map(refundFees(settlements, audits).refunds.map((refund) => [`${refund.subject}/${refund.miner}`, refund]))
  return audits.flatMap((audit): AuditTerm[] => {
    const { isExact, miner, subject, type, verdict, window } = audit
    const term = { subject, type, verdict, window, isExact }
    const { amount = 0n, byMiner = 0n } = refunds.get(`${subject}/${miner}`) ?? {}
    const audited = { ...term, part: 'audited' as const, vote: null, refunded: amount, refundedByMiner: byMiner }
    const own = audit.votes.filter(({ auditor }) => auditor === node)
    const votes = own.map(({ vote }) => ({ ...term, part: 'auditor' as const, vote, refunded: 0n, refundedByMiner: 0n }))
    return [...(miner === node ? [audited] : []), ...votes]
  })
}

function workTermOf(node: NodeId, all: readonly Credit[], report: Report): WorkTerm {
  const credits = all.flatMap((credit): CreditTerm[] => {
    const sumOf = (dues: readonly Due[]): bigint =>
      dues.filter((due) => due.node === node).reduce((sum, due) => sum + due.amount, 0n)
    const { amount: credited, owed, session } = credit
    const due = sumOf(credit.dues)
    return due === 0n ? [] : [{ session, credited, due, owed, amount: sumOf(shareCredit(credit)) }]
  })
  return {
    amount: credits.reduce((sum, { amount }) => sum + amount, 0n),
    credits,
    evidence: report.results
      .filter(({ miner }) => miner === node)
      .map(({ completionTokens, fee, session, taskId, transcript }) => ({ taskId, transcript, completionTokens, session, fee }))
  }
}

function cumulativeOf(
  operator: Address | null,
  report: Report,
  prevState: Pick<LedgerState, 'cumulative'>
): RewardExplanation['cumulative'] {
  const amountIn = (state: Pick<LedgerState, 'cumulative'>): bigint =>
    state.cumulative.find((one) => one.operator === operator)?.amount ?? 0n
  const before = amountIn(prevState)
  const added = report.rewards.filter((one) => one.operator === operator).reduce((sum, one) => sum + totalOf(one), 0n)
  const after = amountIn(report.state)
  requireSame('cumulative', before + added, after)
  return { before, added, after }
}

const unexplained = (message: string) => scoringError('SCORING_REWARD_UNEXPLAINED', message)

function requireSame(part: string, derived: bigint, stated: bigint): void {
  if (derived !== stated) {
    throw unexplained(`${part}: the report says ${stated}, its terms give ${derived}; compare the network's parameters`)
  }
}
