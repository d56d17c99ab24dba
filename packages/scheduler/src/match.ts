import type { Address, ModelId, NodeId, Rng, TokenAmount, UnixMs } from '@cortensor/interface'
import type { ModelOffer, QuizCategory } from '@cortensor/protocols'
import type { DirectoryNode } from './directory.js'
import { drawLuck, sigmoid } from './draws.js'
import { meanAt } from './log-normal.js'
import { type MatchPolicy, neededStake, OPEN_POLICY, SLA_WEIGHTS } from './policy.js'
import type { Ratings, Standing } from './ratings.js'

export interface MatchRequest {
  /** Any of these. */
  models: readonly ModelId[]
  nowMs: UnixMs
  /** Miners wanted. Fewer come back when fewer fit. @default that of the policy */
  count?: number
  /** Never these: they failed or declined this request. */
  excluded?: ReadonlySet<NodeId>
  /** Nor any node of these operators. @default none */
  operators?: ReadonlySet<Address>
  /** In micro-COR for 1,000 tokens; the policy's own limit holds besides. @default any */
  maxPriceMicroPerKilotoken?: number
  /** What this router has assigned to each miner and its presence may not show yet. */
  inFlight?: (nodeId: NodeId) => number
  policy?: MatchPolicy
  /** What the task is about, when that is known. */
  category?: QuizCategory | null
  /** Ability at which half of the answers to such a task are right, in logits. @default 0 */
  difficulty?: number
  promptTokens?: number
  maxTokens?: number
  /** Of the program that must have made the answer; empty for any. */
  fingerprint?: string
  /** Whether a node may work for this session at all: not reserved by another. @default everybody */
  isAvailable?: (nodeId: NodeId) => boolean
  /**
   * What a node has staked, for a task that is paid: null for one that the chain does not know, or whose stake is below what its role
   * needs. Such nodes are passed over.
   *
   * @default nobody needs a stake
   */
  stakeOf?: ((node: DirectoryNode) => TokenAmount | null) | undefined
  /** What the task costs at most by this offer. @default 0 */
  costOf?: (offer: ModelOffer) => TokenAmount
  /** Asked before the others while they are free: they are kept for this session. @default nobody */
  isPreferred?: (nodeId: NodeId) => boolean
}

export interface Match {
  node: DirectoryNode
  offer: ModelOffer
}

/** The offer of a model for text generation, if this node makes one. */
export function chatOffer(node: DirectoryNode, model: ModelId): ModelOffer | undefined {
  return node.presence.models.find((offer) => offer.id === model && offer.kind === 'chat')
}

/** So many tasks in a hundred go to miners that this observer has hardly seen at work. */
const EXPLORATION = 0.05

/** By then its own measures outweigh what the presence promises; with time they fade, and a miner is strange again. */
const FAMILIAR_AFTER = 5

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
export function capacityOf(node: DirectoryNode, model: ModelId): number {
  const offer = chatOffer(node, model)
  return offer === undefined ? 0 : node.presence.totalSlots * (offer.decodeTokensPerSecond || USUAL_DECODE)
}

/** Requests that a miner would have to finish before a new one starts, relative to what it can run at once. */
function loadOf({ presence }: DirectoryNode, inFlight: number): number {
  const slots = Math.max(1, presence.totalSlots)
  const reported = slots - presence.freeSlots + presence.queueLength
  return Math.max(reported, inFlight) / slots
}

/** From levels of 0 to 10 back to abilities of -4 to 4. */
const abilityOfLevel = (level: number): number => level * 0.8 - 4

/** Nine in ten are above it. */
const lowerTenth = ({ mean, sd }: { mean: number; sd: number }): number => mean - 1.2816 * sd

interface Candidate extends Match {
  load: number
}

/** All that a task demands; what is left may do it, well or not. */
function fitting(nodes: readonly DirectoryNode[], request: MatchRequest, ratings: Ratings): Candidate[] {
  const policy = request.policy ?? OPEN_POLICY
  const maxPrice = Math.min(request.maxPriceMicroPerKilotoken ?? Number.POSITIVE_INFINITY, policy.maxPriceMicroPerKilotoken)
  const isStaked = ({ node, offer }: Match): boolean => {
    if (request.stakeOf === undefined) {
      return true
    }
    const stake = request.stakeOf(node)
    return stake !== null && stake >= neededStake(policy, request.costOf?.(offer) ?? 0n)
  }
  const isFitting = ({ node, offer }: Match): boolean =>
    offer.priceMicroPerKilotoken <= maxPrice &&
    isStaked({ node, offer }) &&
    (request.promptTokens ?? 0) < offer.contextLength &&
    Object.entries(policy.minLevel).every(
      ([category, level]) => lowerTenth(ratings.ability(node.nodeId, offer.id, category as QuizCategory)) >= abilityOfLevel(level)
    )
  return nodes
    .filter(
      ({ nodeId, operator, presence }) =>
        presence.roles.includes('miner') &&
        request.excluded?.has(nodeId) !== true &&
        request.operators?.has(operator) !== true &&
        (request.fingerprint === undefined || request.fingerprint === '' || presence.fingerprint === request.fingerprint) &&
        (policy.mode !== 'dedicated' || policy.dedicated.has(nodeId)) &&
        request.isAvailable?.(nodeId) !== false &&
        ratings.isHonest(nodeId)
    )
    .flatMap((node) =>
      request.models.flatMap((model): Candidate[] => {
        const offer = chatOffer(node, model)
        return offer === undefined || !isFitting({ node, offer })
          ? []
          : [{ node, offer, load: loadOf(node, request.inFlight?.(node.nodeId) ?? 0) }]
      })
    )
}

const STANDINGS: readonly Standing[] = ['qualified', 'in-test', 'unreliable']

/** As many operators as a request may need: one for each of its attempts. */
const LEAST_POOL = 3

/** Operators of live, qualified, honest nodes that offer one of these models, busy or not. */
function poolSize(nodes: readonly DirectoryNode[], models: readonly ModelId[], ratings: Ratings): number {
  const operators = new Set<Address>()
  for (const node of nodes) {
    const { nodeId, operator } = node
    const isInPool = ratings.standing(nodeId) === 'qualified' && ratings.isHonest(nodeId)
    if (isInPool && models.some((model) => chatOffer(node, model) !== undefined)) {
      operators.add(operator)
      if (operators.size >= LEAST_POOL) {
        break
      }
    }
  }
  return operators.size
}

/**
 * The pool, and nobody else. A model whose pool has fewer operators than a request may need is too young, or too rare, to turn the others
 * away: there the best standing among those that fit counts, so that a network begins to work before anybody is qualified. The owner of a
 * dedicated session vouches for the nodes that it names.
 */
function pool(candidates: readonly Candidate[], nodes: readonly DirectoryNode[], request: MatchRequest, ratings: Ratings) {
  if (request.policy?.mode === 'dedicated') {
    return candidates
  }
  const byStanding = Map.groupBy(candidates, ({ node }) => ratings.standing(node.nodeId))
  return poolSize(nodes, request.models, ratings) >= LEAST_POOL
    ? (byStanding.get('qualified') ?? [])
    : (STANDINGS.map((standing) => byStanding.get(standing) ?? []).find(({ length }) => length > 0) ?? [])
}

/** Without those that keep failing, as long as there are others: a doubtful miner is better than none. */
function healthy(candidates: readonly Candidate[], request: MatchRequest, ratings: Ratings): readonly Candidate[] {
  const { inFlight, nowMs } = request
  const good = candidates.filter(
    ({ node: { nodeId } }) =>
      !ratings.isOpen(nodeId, nowMs) &&
      // One task at a time shows whether it has recovered.
      (!ratings.isOnTrial(nodeId, nowMs) || (inFlight?.(nodeId) ?? 0) === 0)
  )
  return good.length > 0 ? good : candidates
}

const nobody = (): boolean => false

/** Those that would start at once; when nobody would, those that would soonest. Preferred miners first where a policy has some. */
function soonest(candidates: readonly Candidate[], policy: MatchPolicy, isKept: (nodeId: NodeId) => boolean): Candidate[] {
  const free = candidates.filter(({ load }) => load < 1)
  const isPreferred = ({ node: { nodeId } }: Candidate): boolean =>
    isKept(nodeId) || (policy.mode === 'hybrid' && policy.dedicated.has(nodeId))
  const preferred = free.filter(isPreferred)
  if (preferred.length > 0) {
    return preferred
  }
  const least = candidates.reduce((min, { load }) => Math.min(min, load), Number.POSITIVE_INFINITY)
  return free.length > 0 ? free : candidates.filter(({ load }) => load === least)
}

/** What a presence promises for a task of this size, in ms. */
export function promisedMs(offer: ModelOffer, promptTokens: number, tokens: number): { firstTokenMs: number; totalMs: number } {
  const firstTokenMs = LEAST_MS + (1_000 * promptTokens) / (offer.prefillTokensPerSecond || USUAL_PREFILL)
  return { firstTokenMs, totalMs: firstTokenMs + (1_000 * tokens) / (offer.decodeTokensPerSecond || USUAL_DECODE) }
}

/**
 * P(correct) - lambda E[finish] - price, under one draw of what is not known of this miner. Luck is one number, so that the best of several draws
 * follows from their count alone; it goes to skill, reliability and speed by how much each of them matters.
 */
function drawUtility(
  { load, node, offer }: Candidate,
  tickets: number,
  request: MatchRequest,
  ratings: Ratings,
  rng: Rng
): number {
  const { difficulty = 0, nowMs } = request
  const policy = request.policy ?? OPEN_POLICY
  const weights = SLA_WEIGHTS[policy.sla]
  const tokens = request.maxTokens ?? USUAL_TOKENS
  const { totalMs } = promisedMs(offer, request.promptTokens ?? USUAL_PROMPT, tokens)
  const ability = ratings.ability(node.nodeId, offer.id, request.category ?? null)
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
  const luck = drawLuck(tickets, rng) / (Math.hypot(bySkill, byReliability, bySpeed) || 1)
  const highest = Math.min(request.maxPriceMicroPerKilotoken ?? Number.POSITIVE_INFINITY, policy.maxPriceMicroPerKilotoken)
  const price = Number.isFinite(highest) && highest > 0 ? offer.priceMicroPerKilotoken / highest : 0
  const isRight = candour * correctAt(luck * bySkill) * carriedAt(luck * byReliability)
  return isRight - costAt(luck * bySpeed) - weights.price * price
}

/** Has a weight of its own in each draw. */
type Ticketed = Candidate & { tickets: number }

/**
 * Tickets in proportion to measured capacity: names share those of their machine. One ticket has who has as much as the capacity of these
 * candidates lies with on the average, which many names of little capacity hardly move.
 */
function withTickets(candidates: readonly Candidate[], ratings: Ratings): Ticketed[] {
  const own = candidates.map((candidate) => ({ ...candidate, capacity: ratings.capacity(candidate.node.nodeId) }))
  const sum = own.reduce((total, { capacity }) => total + capacity, 0)
  const squares = own.reduce((total, { capacity }) => total + capacity ** 2, 0)
  return own.map((candidate) => ({ ...candidate, tickets: squares === 0 ? 1 : (candidate.capacity * sum) / squares }))
}

/** By how much of the work that makes a miner familiar is missing: less of it where there is less capacity. */
function leastKnown(candidates: readonly Ticketed[], { nowMs }: MatchRequest, ratings: Ratings): Ticketed[] {
  const known = candidates.map((candidate) => {
    const wanted = FAMILIAR_AFTER * Math.min(1, candidate.tickets)
    return { candidate, share: wanted > 0 ? ratings.samples(candidate.node.nodeId, nowMs) / wanted : 1 }
  })
  const least = known.reduce((min, { share }) => Math.min(min, share), 1)
  return known.filter(({ share }) => share <= least && share < 1).map(({ candidate }) => candidate)
}

/**
 * Chooses miners for a task. Filters leave those that may do it; Thompson sampling chooses among those that are free: the one that is best
 * under one draw of its skill, speed and reliability, so that who is not well known is tried as often as it may be the best. Five tasks in
 * a hundred go to the least known, as long as there are strangers. Every next miner is of an operator not chosen yet.
 */
export function matchMiners(nodes: readonly DirectoryNode[], request: MatchRequest, ratings: Ratings, rng: Rng): Match[] {
  const policy = request.policy ?? OPEN_POLICY
  const count = request.count ?? policy.redundancy
  const chosen: Match[] = []
  // In an order of its own, so that equals take turns.
  let left = rng.shuffle(healthy(pool(fitting(nodes, request, ratings), nodes, request, ratings), request, ratings))
  while (chosen.length < count && left.length > 0) {
    const candidates = withTickets(soonest(left, policy, request.isPreferred ?? nobody), ratings)
    const strange = rng.next() < EXPLORATION ? leastKnown(candidates, request, ratings) : []
    const ranked = (strange.length > 0 ? strange : candidates).map((candidate) => ({
      candidate,
      score: drawUtility(candidate, candidate.tickets, request, ratings, rng)
    }))
    const best = ranked.reduce((a, b) => (b.score > a.score ? b : a)).candidate
    chosen.push({ node: best.node, offer: best.offer })
    left = left.filter(({ node }) => node.operator !== best.node.operator)
  }
  return chosen
}
