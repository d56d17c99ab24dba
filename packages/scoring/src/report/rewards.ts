import type { RewardParams } from '@cortensor/config'
import type { Address, NodeId, TokenAmount } from '@cortensor/interface'
import type { LedgerState, NodeReward, NodeSkill, QuizOutcome, ReportedResult } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ItemParams } from '../skill/item-model.js'
import { expectedCorrect } from '../skill/posterior.js'
import { apportion } from './apportion.js'
import { answeredScores, skillIndex } from './skills.js'

export interface RewardsInit {
  reward: RewardParams
  /** The span that is paid for. */
  paidMs: number
  payable: ReadonlyMap<NodeId, Address>
  live: ReadonlySet<NodeId>
  outcomes: readonly QuizOutcome[]
  /** After this epoch. */
  skills: readonly NodeSkill[]
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
  const quiz = pay('quiz', quizWeights(init.outcomes, init.skills))
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
 * The posterior mean of measured skill over the items of the rounds that a node answered: for each item the chance, in millionths, that it
 * answers one of medium difficulty in that category. By ability and effort, never by rank: what others can do changes no weight. What was
 * not revealed weighs nothing here, and has lowered the skill.
 */
export function quizWeights(outcomes: readonly QuizOutcome[], skills: readonly NodeSkill[]): Map<NodeId, bigint> {
  const index = skillIndex(skills)
  const weights = new Map<NodeId, bigint>()
  for (const [miner, own] of Map.groupBy(outcomes, ({ miner }) => miner)) {
    if (own.some(({ status }) => status === 'scored')) {
      const items = answeredScores(own)
      const weight = items.reduce((sum, { asked, category }) => {
        const skill = index.get(`${miner}/${category}`)
        return sum + (skill === undefined ? 0 : asked * expectedCorrect(skill, MEDIUM_ITEM))
      }, 0)
      weights.set(miner, BigInt(weight))
    }
  }
  return weights
}

/** The scale of rewards: what is asked of a node differs, what it is paid by does not. */
const MEDIUM_ITEM: ItemParams = { slopeMilli: 1_000, difficultyMilli: 0, guessMilli: 0 }

export function workWeights(results: readonly ReportedResult[]): Map<NodeId, bigint> {
  const weights = new Map<NodeId, bigint>()
  for (const { miner, completionTokens } of results) {
    weights.set(miner, (weights.get(miner) ?? 0n) + BigInt(completionTokens))
  }
  return weights
}
