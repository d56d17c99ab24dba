import type { RewardParams } from '@cortensor/config'
import type { Address, CidString, NodeId, TaskId, TokenAmount } from '@cortensor/interface'
import { envelopeId, type LedgerState, type QuizOutcome, type Report } from '@cortensor/protocols'
import { scoringError } from '../errors.js'
import { apportion } from './apportion.js'
import { potsOf, quizWeights, type RewardPot, totalOf, workWeights } from './rewards.js'

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

export interface RewardExplanation {
  node: NodeId
  /** Null for a node that got nothing. */
  operator: Address | null
  epoch: number
  /** The span that the pots come from, in ms. */
  paidMs: number
  /** For being there. Evidence: ids of the observations whose measures say so. */
  base: RewardTerm<{ observation: string }>
  /** For answers. Evidence: every round that counted. */
  quiz: RewardTerm<Pick<QuizOutcome, 'roundId' | 'status' | 'scores'>>
  /** For work. Evidence: every result that counted. */
  work: RewardTerm<{ taskId: TaskId; transcript: CidString; completionTokens: number }>
  total: TokenAmount
  /** What the operator had in all before this epoch, what all of its nodes got in it, and what it has after. */
  cumulative: { before: TokenAmount; added: TokenAmount; after: TokenAmount }
}

export interface ExplainRewardInit {
  report: Report
  /** After the epoch before. */
  prevState: Pick<LedgerState, 'cumulative'>
  node: NodeId
  reward: RewardParams
}

/**
 * How a node's reward comes about, from nothing but the report. Throws `SCORING_REWARD_UNEXPLAINED` when what the report says differs from
 * what its own terms give, by a single unit: then it was not made by these rules, or with other parameters.
 */
export function explainReward({ node, prevState, report, reward }: ExplainRewardInit): RewardExplanation {
  const pots = potsOf(reward, report.paidMs)
  // Whoever got a share of the base pot was live; those who were not have no claim to it.
  const live = report.rewards.filter(({ base }) => base > 0n)
  const weights: Record<RewardPot, ReadonlyMap<NodeId, bigint>> = {
    base: new Map(live.map((entry) => [entry.node, 1n])),
    quiz: quizWeights(report.outcomes, report.state.skills),
    work: workWeights(report.results)
  }
  const termOf = <E>(part: RewardPot, evidence: readonly E[]): RewardTerm<E> => {
    const weight = weights[part].get(node) ?? 0n
    const totalWeight = [...weights[part].values()].reduce((sum, one) => sum + one, 0n)
    const amount = apportion(pots[part], weights[part]).get(node) ?? 0n
    return { pot: pots[part], weight, totalWeight, amount, evidence: weight === 0n ? [] : evidence }
  }
  const entry = report.rewards.find((one) => one.node === node)
  const terms = {
    base: termOf(
      'base',
      report.observations.map((bytes) => ({ observation: envelopeId(bytes) }))
    ),
    quiz: termOf(
      'quiz',
      report.outcomes.filter(({ miner }) => miner === node).map(({ roundId, scores, status }) => ({ roundId, scores, status }))
    ),
    work: termOf(
      'work',
      report.results
        .filter(({ miner }) => miner === node)
        .map(({ completionTokens, taskId, transcript }) => ({ taskId, transcript, completionTokens }))
    )
  }
  for (const part of ['base', 'quiz', 'work'] as const) {
    requireSame(part, terms[part].amount, entry?.[part] ?? 0n)
  }
  const operator = entry?.operator ?? null
  const cumulative = cumulativeOf(operator, report, prevState)
  const total = terms.base.amount + terms.quiz.amount + terms.work.amount
  return { node, operator, epoch: report.epoch, paidMs: report.paidMs, ...terms, total, cumulative }
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

function requireSame(part: string, derived: bigint, stated: bigint): void {
  if (derived !== stated) {
    const message = `${part}: the report says ${stated}, its terms give ${derived}; compare the network's parameters`
    throw scoringError('SCORING_REWARD_UNEXPLAINED', message)
  }
}
