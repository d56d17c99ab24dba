import type { RewardParams } from '@cortensor/config'
import type { Address, NodeId, TokenAmount } from '@cortensor/interface'
import type { Due, LedgerState, NodeReward, NodeSkill, NodeThroughput, QuizCategory, QuizOutcome } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ItemParams } from '../skill/item-model.js'
import { expectedCorrect } from '../skill/posterior.js'
import { apportion } from './apportion.js'
import { skillIndex } from './skills.js'

export interface RewardsInit {
  reward: RewardParams
  /** The span that is paid for. */
  paidMs: number
  /** What of the emission the funding has room for. */
  room: TokenAmount
  payable: ReadonlyMap<NodeId, Address>
  /** Up for long enough, and qualified: who may share in the base pot. */
  present: ReadonlySet<NodeId>
  outcomes: readonly QuizOutcome[]
  /** Paid for what its rounds have asked, as often as they were. */
  authors: readonly NodeId[]
  /** What panels add to weights in the quiz pot, in millionths of a round. */
  panels: ReadonlyMap<NodeId, bigint>
  /** After this epoch. */
  skills: readonly NodeSkill[]
  /** After this epoch. */
  throughputs: readonly NodeThroughput[]
  /** Fees that their sessions have paid. */
  work: readonly Due[]
}

export type RewardPot = 'base' | 'quiz'

/** The emission of a span of time, as far as there is room for it. */
export function emissionOf(reward: Pick<RewardParams, 'microPerSecond'>, paidMs: number, room: TokenAmount): TokenAmount {
  const emission = (reward.microPerSecond * BigInt(paidMs)) / 1_000n
  const isShort = room < emission
  return isShort ? (room > 0n ? room : 0n) : emission
}

/** What there is to give out of the emission. */
export function potsOf(reward: Pick<RewardParams, 'baseBps' | 'quizBps'>, emission: TokenAmount): Record<RewardPot, TokenAmount> {
  const pots = apportion(
    emission,
    new Map([
      ['base', BigInt(reward.baseBps)],
      ['quiz', BigInt(reward.quizBps)]
    ])
  )
  return { base: pots.get('base') ?? 0n, quiz: pots.get('quiz') ?? 0n }
}

/**
 * Who gets what for this epoch, by node. The pots come from elapsed time; one that nobody has a claim to is not given out. Work is paid by
 * the fees of sessions, to miners, routers and oracles.
 */
export function rewardNodes(init: RewardsInit): NodeReward[] {
  const { payable, present, reward } = init
  const pots = potsOf(reward, emissionOf(reward, init.paidMs, init.room))
  const capacityOf = capacities(init.throughputs)
  const base = baseShares(pots.base, baseWeights(payable, present, reward.maxBaseNodesPerOperator, capacityOf))
  const quiz = apportion(pots.quiz, quizWeights(init, capacityOf))
  const rewards = new Map<string, NodeReward>()
  const rowOf = (node: NodeId, operator: Address): NodeReward => {
    const key = `${node}/${operator}`
    const row = rewards.get(key) ?? { node, operator, base: 0n, quiz: 0n, work: 0n }
    rewards.set(key, row)
    return row
  }
  for (const [node, operator] of payable) {
    Object.assign(rowOf(node, operator), { base: base.get(node) ?? 0n, quiz: quiz.get(node) ?? 0n })
  }
  for (const { amount, node, operator } of init.work) {
    rowOf(node, operator).work += amount
  }
  return sortedBy(
    [...rewards.values()].filter((row) => totalOf(row) > 0n),
    ({ node }) => node,
    ({ operator }) => operator
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

/** What a node's shares of both pots follow from. */
export type CapacityOf = (node: NodeId) => number

/**
 * How much a node gets right of what it gets through at one time, in tokens: measured in games that everybody plays at the same moment. Shares are
 * proportional to it, so that the names of one machine share what the machine would get under one name. Answers that are wrong are no capacity:
 * nonsense comes at any speed. Where no game has measured anybody yet, all are the same.
 */
export function capacities(throughputs: readonly NodeThroughput[]): CapacityOf {
  const measured = new Map(throughputs.map(({ node, rightTokens }) => [node, rightTokens]))
  const isAnybodyMeasured = throughputs.some(({ rightTokens }) => rightTokens > 0)
  return (node) => (isAnybodyMeasured ? (measured.get(node) ?? 0) : 1)
}

/** Divisible by every number of nodes that an operator is likely to have, so that its nodes get equal parts of a capped weight. */
const FULL_WEIGHT = 1_000_000n

/** Present nodes weigh as much as their capacity; those of one operator together as so many of their average at most. */
export function baseWeights(
  payable: ReadonlyMap<NodeId, Address>,
  present: ReadonlySet<NodeId>,
  maxPerOperator: number,
  capacityOf: CapacityOf
): Map<NodeId, bigint> {
  const own = [...payable].filter(([node]) => present.has(node))
  const counts = new Map<Address, number>()
  for (const [, operator] of own) {
    counts.set(operator, (counts.get(operator) ?? 0) + 1)
  }
  return new Map(
    own.map(([node, operator]) => {
      const count = counts.get(operator) ?? 1
      return [node, (FULL_WEIGHT * BigInt(capacityOf(node)) * BigInt(Math.min(count, maxPerOperator))) / BigInt(count)]
    })
  )
}

/**
 * Divides the base pot. A claim to less than a unit is none: so whoever has a share can be told from the shares, and the pot be divided again by
 * those who do not know who was up.
 */
export function baseShares(pot: TokenAmount, weights: ReadonlyMap<NodeId, bigint>): Map<NodeId, TokenAmount> {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0n)
  return apportion(pot, new Map([...weights].filter(([, weight]) => pot * weight >= total)))
}

/**
 * Capacity times ability, for every round that a node answered. Ability is the posterior mean of measured skill over the round's items:
 * the mean chance, in millionths, to answer one of medium difficulty in their categories, and a little for an answer to an open challenge
 * that agrees; an author of such a challenge has a little more. By ability and effort, never by rank: what others can do changes no weight. What was not revealed weighs nothing here, and
 * has lowered the skill.
 */
export function quizWeights(
  { authors, outcomes, panels, skills }: Pick<RewardsInit, 'authors' | 'outcomes' | 'panels' | 'skills'>,
  capacityOf: CapacityOf
): Map<NodeId, bigint> {
  const index = skillIndex(skills)
  const chanceOf = (miner: NodeId, category: QuizCategory): number => {
    const skill = index.get(`${miner}/${category}`)
    return skill === undefined ? 0 : expectedCorrect(skill, MEDIUM_ITEM)
  }
  const weights = new Map<NodeId, bigint>()
  for (const { agreement, miner, scores } of outcomes.filter(({ status }) => status === 'scored')) {
    const asked = scores.reduce((sum, score) => sum + score.asked, 0)
    const right = scores.reduce((sum, score) => sum + score.asked * chanceOf(miner, score.category), 0)
    const open = agreement?.verdict === 'agree' ? OPEN_WEIGHT : 0
    const ability = Math.floor((right + open) / Math.max(1, asked))
    weights.set(miner, (weights.get(miner) ?? 0n) + BigInt(ability) * BigInt(capacityOf(miner)))
  }
  for (const author of authors) {
    weights.set(author, (weights.get(author) ?? 0n) + AUTHOR_WEIGHT * BigInt(capacityOf(author)))
  }
  for (const [node, weight] of panels) {
    weights.set(node, (weights.get(node) ?? 0n) + weight * BigInt(capacityOf(node)))
  }
  return weights
}

/**
 * An answer to an open challenge that agrees with most others counts a quarter of an item that is surely answered, in millionths: nobody
 * knows that it is right, and a majority of made-up answers would agree as well.
 */
const OPEN_WEIGHT = 250_000

/**
 * Each of the two authors of an accepted challenge: a twentieth of a round in which everything is surely answered. A theme takes less work
 * than the six answers of a round, and nobody knows that it is a good one. By capacity like all of the pot, so that several names of a
 * machine, which are drawn more often, are paid no more.
 */
const AUTHOR_WEIGHT = 50_000n

/** The scale of rewards: what is asked of a node differs, what it is paid by does not. */
const MEDIUM_ITEM: ItemParams = { slopeMilli: 2_000, difficultyMilli: 0, guessMilli: 0 }
