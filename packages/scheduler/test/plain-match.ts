import type { Address, ModelId, NodeId, Rng } from '@cortensor/interface'
import type { ModelOffer, QuizCategory } from '@cortensor/protocols'
import {
  chatOffer,
  type DirectoryNode,
  type LogBelief,
  type Match,
  type MatchPolicy,
  type MatchRequest,
  neededStake,
  OPEN_POLICY,
  promisedMs,
  type Rated,
  type Ratings,
  SLA_WEIGHTS,
  type Standing
} from '@cortensor/scheduler'

/*
 * The rule of matching without any regard to what it costs: a look at all nodes for every step, and a full draw of each candidate. What the
 * product chooses is held against what this chooses.
 */

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The mean of a log-normal quantity, where the mean of its logarithm is so many of its `doubt` above what is believed. */
const meanAt = ({ doubt, mean, spread }: LogBelief, deviations: number): number =>
  Math.exp(mean + doubt * deviations + spread ** 2 / 2)

/** The best of so many logistic draws, in deviations of a normal variate; nobody is more than three below its mean. */
function drawLuck(tickets: number, rng: Rng): number {
  const logChance = tickets > 0 ? Math.log(1 - rng.next()) / tickets : Number.NEGATIVE_INFINITY
  return Math.max(-3, (logChance - Math.log(Math.max(2 ** -53, -Math.expm1(logChance)))) / 1.702)
}

type PlainRequest = MatchRequest & { models: readonly ModelId[] }

const ratedOf = (node: DirectoryNode, offer: ModelOffer, ratings: Ratings): Rated => ratings.rated({ node, offer, rated: null })

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

const USUAL_TOKENS = 128
const USUAL_PROMPT = 128

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
function fitting(nodes: readonly DirectoryNode[], request: PlainRequest, ratings: Ratings): Candidate[] {
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
    ratedOf(node, offer, ratings).isHonest &&
    isStaked({ node, offer }) &&
    (request.promptTokens ?? 0) < offer.contextLength &&
    Object.entries(policy.minLevel).every(
      ([category, level]) => lowerTenth(ratings.ability(node.nodeId, offer.id, category as QuizCategory)) >= abilityOfLevel(level)
    )
  const mayWork = ({ nodeId, operator, presence }: DirectoryNode): boolean =>
    presence.roles.includes('miner') &&
    request.excluded?.has(nodeId) !== true &&
    request.operators?.has(operator) !== true &&
    (request.fingerprint === undefined || request.fingerprint === '' || presence.fingerprint === request.fingerprint) &&
    (policy.mode !== 'dedicated' || policy.dedicated.has(nodeId)) &&
    request.isAvailable?.(nodeId) !== false
  return request.models.flatMap((model) =>
    nodes.filter(mayWork).flatMap((node): Candidate[] => {
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
    const offer = models.map((model) => chatOffer(node, model)).find((one) => one !== undefined)
    const rated = offer === undefined ? null : ratedOf(node, offer, ratings)
    if (node.presence.roles.includes('miner') && rated?.standing === 'qualified' && rated.isHonest) {
      operators.add(node.operator)
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
function pool(candidates: readonly Candidate[], nodes: readonly DirectoryNode[], request: PlainRequest, ratings: Ratings) {
  if (request.policy?.mode === 'dedicated') {
    return candidates
  }
  const byStanding = Map.groupBy(candidates, ({ node, offer }) => ratedOf(node, offer, ratings).standing)
  return poolSize(nodes, request.models, ratings) >= LEAST_POOL
    ? (byStanding.get('qualified') ?? [])
    : (STANDINGS.map((standing) => byStanding.get(standing) ?? []).find(({ length }) => length > 0) ?? [])
}

/** Without those that keep failing, as long as there are others: a doubtful miner is better than none. */
function healthy(candidates: readonly Candidate[], request: PlainRequest, ratings: Ratings): readonly Candidate[] {
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

/**
 * P(correct) - lambda E[finish] - price, under one draw of what is not known of this miner. Luck is one number, so that the best of several draws
 * follows from their count alone; it goes to skill, reliability and speed by how much each of them matters.
 */
function drawUtility(
  { load, node, offer }: Candidate,
  tickets: number,
  request: PlainRequest,
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
  const own = candidates.map((candidate) => ({
    ...candidate,
    capacity: ratedOf(candidate.node, candidate.offer, ratings).capacity
  }))
  const sum = own.reduce((total, { capacity }) => total + capacity, 0)
  const squares = own.reduce((total, { capacity }) => total + capacity ** 2, 0)
  return own.map((candidate) => ({ ...candidate, tickets: squares === 0 ? 1 : (candidate.capacity * sum) / squares }))
}

/** By how much of the work that makes a miner familiar is missing: less of it where there is less capacity. */
function leastKnown(candidates: readonly Ticketed[], { nowMs }: PlainRequest, ratings: Ratings): Ticketed[] {
  const known = candidates.map((candidate) => {
    const wanted = FAMILIAR_AFTER * Math.min(1, candidate.tickets)
    return { candidate, share: wanted > 0 ? ratings.samples(candidate.node.nodeId, nowMs) / wanted : 1 }
  })
  const least = known.reduce((min, { share }) => Math.min(min, share), 1)
  return known.filter(({ share }) => share <= least && share < 1).map(({ candidate }) => candidate)
}

export function plainMatch(nodes: readonly DirectoryNode[], request: PlainRequest, ratings: Ratings, rng: Rng): Match[] {
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
