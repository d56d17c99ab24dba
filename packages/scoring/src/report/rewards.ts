import type { RewardParams } from '@cortensor/config'
import type { Address, NodeId, TokenAmount } from '@cortensor/interface'
import type { LedgerState, NodeReward, QuizOutcome, ReportedResult } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import { apportion } from './apportion.js'

/** Fixed point of a posterior mean. */
const MILLIONTHS = 1_000_000

export interface RewardsInit {
  reward: RewardParams
  /** The span that is paid for. */
  paidMs: number
  payable: ReadonlyMap<NodeId, Address>
  live: ReadonlySet<NodeId>
  outcomes: readonly QuizOutcome[]
  results: readonly ReportedResult[]
}

export type RewardPot = 'base' | 'quiz' | 'work'

/** What there is to give out for a span of time. */
export function potsOf(reward: RewardParams, paidMs: number): Record<RewardPot, TokenAmount> {
  const emission = (reward.microPerSecond * BigInt(paidMs)) / 1_000n
  const bps = { base: reward.baseBps, quiz: reward.quizBps, work: reward.workBps }
  const pots = apportion(emission, new Map(Object.entries(bps).map(([pot, share]) => [pot, BigInt(share)])))
  return { base: pots.get('base') ?? 0n, quiz: pots.get('quiz') ?? 0n, work: pots.get('work') ?? 0n }
}

/** Who gets what for this epoch, by node. The pots come from elapsed time; one that nobody has a claim to is not given out. */
export function rewardNodes(init: RewardsInit): NodeReward[] {
  const { payable } = init
  const pots = potsOf(init.reward, init.paidMs)
  const pay = (pot: RewardPot, weights: ReadonlyMap<NodeId, bigint>): Map<NodeId, bigint> => apportion(pots[pot], weights)

  const base = pay('base', baseWeights(init))
  const quiz = pay('quiz', quizWeights(init.outcomes))
  const work = pay('work', workWeights(init.results))
  const rewards = [...payable].map(([node, operator]) => ({
    node,
    operator,
    base: base.get(node) ?? 0n,
    quiz: quiz.get(node) ?? 0n,
    work: work.get(node) ?? 0n
  }))
  return sortedBy(
    rewards.filter((reward) => totalOf(reward) > 0n),
    ({ node }) => node
  )
}

export const totalOf = ({ base, quiz, work }: Pick<NodeReward, 'base' | 'quiz' | 'work'>): TokenAmount => base + quiz + work

/** By operator; those with nothing are left out. */
export function addRewards(known: LedgerState['cumulative'], rewards: readonly NodeReward[]): LedgerState['cumulative'] {
  const amounts = new Map(known.map(({ operator, amount }) => [operator, amount]))
  for (const reward of rewards) {
    amounts.set(reward.operator, (amounts.get(reward.operator) ?? 0n) + totalOf(reward))
  }
  const cumulative = [...amounts].map(([operator, amount]) => ({ operator, amount }))
  return sortedBy(cumulative, ({ operator }) => operator)
}

const baseWeights = ({ payable, live }: RewardsInit): Map<NodeId, bigint> =>
  new Map([...payable.keys()].filter((node) => live.has(node)).map((node) => [node, 1n]))

/**
 * The posterior mean of each category over all rounds of the epoch, failed ones included, added up over the categories. Nodes without a
 * scored round have none: a precommit alone is no answer.
 */
export function quizWeights(outcomes: readonly QuizOutcome[]): Map<NodeId, bigint> {
  const weights = new Map<NodeId, bigint>()
  for (const [miner, own] of Map.groupBy(outcomes, ({ miner }) => miner)) {
    if (own.some(({ status }) => status === 'scored')) {
      const scores = own.flatMap((outcome) => outcome.scores)
      const means = [...Map.groupBy(scores, ({ category }) => category).values()].map(posteriorMean)
      weights.set(
        miner,
        means.reduce((sum, mean) => sum + mean, 0n)
      )
    }
  }
  return weights
}

/** Of a Beta posterior with a uniform prior, in millionths. */
function posteriorMean(scores: readonly { asked: number; correct: number }[]): bigint {
  const asked = scores.reduce((sum, score) => sum + score.asked, 0)
  const correct = scores.reduce((sum, score) => sum + score.correct, 0)
  return BigInt(Math.floor(((correct + 1) * MILLIONTHS) / (asked + 2)))
}

export function workWeights(results: readonly ReportedResult[]): Map<NodeId, bigint> {
  const weights = new Map<NodeId, bigint>()
  for (const { miner, completionTokens } of results) {
    weights.set(miner, (weights.get(miner) ?? 0n) + BigInt(completionTokens))
  }
  return weights
}
