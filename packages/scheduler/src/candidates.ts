import type { Address, NodeId } from '@cortensor/interface'
import type { QuizCategory } from '@cortensor/protocols'
import type { DirectoryNode } from './directory.js'
import { highestPrice, type MatchRequest } from './match-request.js'
import type { Offering } from './offerings.js'
import { type MatchPolicy, neededStake, OPEN_POLICY } from './policy.js'
import type { Ability, Ratings, Standing } from './ratings.js'

/** Somebody who may do a task. */
export interface Candidate {
  offering: Offering
  capacity: number
  /** In what the task is about. */
  ability: Ability
  /** Requests that it would have to finish before a new one starts, relative to what it can run at once. */
  load: number
}

function loadOf({ presence }: DirectoryNode, inFlight: number): number {
  const slots = Math.max(1, presence.totalSlots)
  const reported = slots - presence.freeSlots + presence.queueLength
  return Math.max(reported, inFlight) / slots
}

/** From levels of 0 to 10 back to abilities of -4 to 4. */
const abilityOfLevel = (level: number): number => level * 0.8 - 4

/** Nine in ten are above it. */
const lowerTenth = ({ mean, sd }: { mean: number; sd: number }): number => mean - 1.2816 * sd

/** All that a task demands of an offering, whoever makes it; what is left may do it, well or not. */
function demandsOf(request: MatchRequest, ratings: Ratings): (offering: Offering) => boolean {
  const { costOf, excluded, isAvailable, operators, stakeOf } = request
  const policy = request.policy ?? OPEN_POLICY
  const maxPrice = highestPrice(request, policy)
  const fingerprint = request.fingerprint ?? ''
  const promptTokens = request.promptTokens ?? 0
  const levels = Object.entries(policy.minLevel).map(([category, level]) => ({
    category: category as QuizCategory,
    least: abilityOfLevel(level)
  }))
  const isStaked = ({ node, offer }: Offering): boolean => {
    const stake = stakeOf?.(node) ?? null
    return stake !== null && (policy.minStake === 0n || stake >= neededStake(policy, costOf?.(offer) ?? 0n))
  }
  return (offering) => {
    const { node, offer } = offering
    return (
      offer.priceMicroPerKilotoken <= maxPrice &&
      promptTokens < offer.contextLength &&
      (excluded === undefined || excluded.size === 0 || !excluded.has(node.nodeId)) &&
      (operators === undefined || operators.size === 0 || !operators.has(node.operator)) &&
      (fingerprint === '' || node.presence.fingerprint === fingerprint) &&
      (policy.mode !== 'dedicated' || policy.dedicated.has(node.nodeId)) &&
      isAvailable?.(node.nodeId) !== false &&
      levels.every(({ category, least }) => lowerTenth(ratings.abilityOf(offering, category)) >= least) &&
      (stakeOf === undefined || isStaked(offering))
    )
  }
}

const STANDINGS: readonly Standing[] = ['qualified', 'in-test', 'unreliable']

/** As many operators as a request may need: one for each of its attempts. */
const LEAST_POOL = 3

/** Whether so many operators have live, qualified, honest nodes among these, busy or not. Ends with the one that suffices. */
function isPoolLarge(offerings: readonly Offering[], ratings: Ratings): boolean {
  const operators = new Set<Address>()
  return offerings.some((offering) => {
    const { isHonest, standing } = ratings.rated(offering)
    return isHonest && standing === 'qualified' && operators.add(offering.node.operator).size >= LEAST_POOL
  })
}

/**
 * Those of the pool that may do a task, and nobody else. A model whose pool has fewer operators than a request may need is too young, or too
 * rare, to turn the others away: there the best standing among those that fit counts, so that a network begins to work before anybody is
 * qualified. The owner of a dedicated session vouches for the nodes that it names.
 */
export function candidatesOf(offerings: readonly Offering[], request: MatchRequest, ratings: Ratings): Candidate[] {
  const isVouched = request.policy?.mode === 'dedicated'
  const isPoolOnly = !isVouched && isPoolLarge(offerings, ratings)
  const isFitting = demandsOf(request, ratings)
  const { category = null, inFlight } = request
  const byStanding: Record<Standing, Candidate[]> = { qualified: [], 'in-test': [], unreliable: [] }
  for (const offering of offerings) {
    const { capacity, isHonest, standing } = ratings.rated(offering)
    if (isHonest && (!isPoolOnly || standing === 'qualified') && isFitting(offering)) {
      const load = loadOf(offering.node, inFlight?.(offering.node.nodeId) ?? 0)
      // Who is vouched for needs no standing: all of them count as one.
      const group = byStanding[isVouched ? 'qualified' : standing]
      group.push({ offering, capacity, ability: ratings.abilityOf(offering, category), load })
    }
  }
  return STANDINGS.map((standing) => byStanding[standing]).find(({ length }) => length > 0) ?? []
}

/** Without those that keep failing, as long as there are others: a doubtful miner is better than none. */
export function healthy(candidates: readonly Candidate[], request: MatchRequest, ratings: Ratings): readonly Candidate[] {
  if (!ratings.hasTroubled()) {
    return candidates
  }
  const { inFlight, nowMs } = request
  const good = candidates.filter(
    ({ offering: { node } }) =>
      !ratings.isOpen(node.nodeId, nowMs) &&
      // One task at a time shows whether it has recovered.
      (!ratings.isOnTrial(node.nodeId, nowMs) || (inFlight?.(node.nodeId) ?? 0) === 0)
  )
  return good.length > 0 ? good : candidates
}

/** Those that would start at once; when nobody would, those that would soonest. Preferred miners first where a policy has some. */
export function soonest(
  candidates: readonly Candidate[],
  policy: MatchPolicy,
  isKept: ((nodeId: NodeId) => boolean) | undefined
): readonly Candidate[] {
  const free = candidates.filter(({ load }) => load < 1)
  const isHybrid = policy.mode === 'hybrid'
  const preferred =
    isKept === undefined && !isHybrid
      ? []
      : free.filter(({ offering: { node } }) => isKept?.(node.nodeId) === true || (isHybrid && policy.dedicated.has(node.nodeId)))
  if (preferred.length > 0) {
    return preferred
  }
  const least = candidates.reduce((min, { load }) => Math.min(min, load), Number.POSITIVE_INFINITY)
  return free.length > 0 ? free : candidates.filter(({ load }) => load === least)
}
