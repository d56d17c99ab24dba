import type { ModelOffer } from '@cortensor/protocols'
import type { Candidate } from './candidates.js'
import { sigmoid } from './draws.js'
import { meanAt } from './log-normal.js'
import { highestPrice, type MatchRequest } from './match-request.js'
import type { Offering } from './offerings.js'
import { OPEN_POLICY, SLA_WEIGHTS, type Weights } from './policy.js'
import type { Ratings } from './ratings.js'

/**
 * Slope of a task whose difficulty nobody has measured: over all items of the quiz catalogue together, each of slope 2.5 around a difficulty
 * of its own, the share of right answers rises with ability as a single item of slope 1.7 would. In the figures of matching, 1.25 to 2 do
 * equally well, and 1 loses half a point.
 */
const TASK_SLOPE = 1.5

/** A presence that promises no speed yet, in tokens a second: a small computer with a small model. */
const USUAL_DECODE = 50
const USUAL_PREFILL = 500
const USUAL_TOKENS = 128
const USUAL_PROMPT = 128

/** The way there and back, at least. */
const LEAST_MS = 20

/** Tokens a second that a miner could make with a model, all of its slots together, as its presence promises. */
export const capacityOf = ({ node, offer }: Offering): number =>
  node.presence.totalSlots * (offer.decodeTokensPerSecond || USUAL_DECODE)

/** What a presence promises for a task of this size, in ms. */
export function promisedMs(offer: ModelOffer, promptTokens: number, tokens: number): { firstTokenMs: number; totalMs: number } {
  const firstTokenMs = LEAST_MS + (1_000 * promptTokens) / (offer.prefillTokensPerSecond || USUAL_PREFILL)
  return { firstTokenMs, totalMs: firstTokenMs + (1_000 * tokens) / (offer.decodeTokensPerSecond || USUAL_DECODE) }
}

/** What a request says of the worth of an answer. */
export interface Task {
  difficulty: number
  promptTokens: number
  tokens: number
  nowMs: number
  /** The highest price; Infinity where there is none. */
  maxPrice: number
  weights: Weights
}

export function taskOf(request: MatchRequest): Task {
  const policy = request.policy ?? OPEN_POLICY
  return {
    difficulty: request.difficulty ?? 0,
    promptTokens: request.promptTokens ?? USUAL_PROMPT,
    tokens: request.maxTokens ?? USUAL_TOKENS,
    nowMs: request.nowMs,
    maxPrice: highestPrice(request, policy),
    weights: SLA_WEIGHTS[policy.sla]
  }
}

/**
 * P(correct) - lambda E[finish] - price, under one draw of what is not known of this miner. Luck is one number, so that the best of several draws
 * follows from their count alone; it goes to skill, reliability and speed by how much each of them matters.
 */
export function utilityOf({ ability, load, offering }: Candidate, luck: number, task: Task, ratings: Ratings): number {
  const { difficulty, maxPrice, nowMs, tokens, weights } = task
  const { node, offer } = offering
  const { totalMs } = promisedMs(offer, task.promptTokens, tokens)
  const reliability = ratings.reliability(node.nodeId, nowMs)
  const finish = ratings.finish(node.nodeId, offer.id, tokens, totalMs, nowMs)
  const candour = ratings.candour(node.nodeId, nowMs)
  const correctAt = (deviations: number): number => sigmoid(TASK_SLOPE * (ability.mean + ability.sd * deviations - difficulty))
  const carriedAt = (deviations: number): number => Math.max(0, Math.min(1, reliability.mean + reliability.sd * deviations))
  const costAt = (deviations: number): number => (weights.perSecond * meanAt(finish, -deviations) * (1 + load)) / 1_000
  const correct = correctAt(0)
  // What a deviation of each changes of the utility.
  const bySkill = candour * reliability.mean * correct * (1 - correct) * TASK_SLOPE * ability.sd
  const byReliability = candour * correct * reliability.sd
  const bySpeed = costAt(0) * finish.doubt
  const share = luck / (Math.hypot(bySkill, byReliability, bySpeed) || 1)
  const price = Number.isFinite(maxPrice) && maxPrice > 0 ? offer.priceMicroPerKilotoken / maxPrice : 0
  const isRight = candour * correctAt(share * bySkill) * carriedAt(share * byReliability)
  return isRight - costAt(share * bySpeed) - weights.price * price
}

/** Far above what sums of numbers lose, far below what anybody would miss. */
const ROUNDING = 1e-9

/**
 * The ability at which answers to a task are right just often enough for this utility, if everything else about a miner were perfect: nobody whose
 * drawn ability is below comes to as much.
 */
export function leastAbility(utility: number, { difficulty }: Task): number {
  const chance = utility - ROUNDING
  return chance <= 0 ? Number.NEGATIVE_INFINITY : difficulty + Math.log(chance / (1 - chance)) / TASK_SLOPE
}
