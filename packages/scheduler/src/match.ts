import type { Rng } from '@cortensor/interface'
import type { ModelOffer } from '@cortensor/protocols'
import { type Candidate, candidatesOf, healthy, soonest } from './candidates.js'
import type { DirectoryNode } from './directory.js'
import { drawQuantile, luckAt, mostLuckAt } from './draws.js'
import type { MatchRequest } from './match-request.js'
import type { Offering } from './offerings.js'
import { OPEN_POLICY } from './policy.js'
import type { Ratings } from './ratings.js'
import { leastAbility, type Task, taskOf, utilityOf } from './utility.js'

export interface Match {
  node: DirectoryNode
  offer: ModelOffer
}

/** So many tasks in a hundred go to miners that this observer has hardly seen at work. */
const EXPLORATION = 0.05

/** By then its own measures outweigh what the presence promises; with time they fade, and a miner is strange again. */
const FAMILIAR_AFTER = 5

/**
 * Tickets in proportion to measured capacity: names share those of their machine. One ticket has who has as much as the capacity of these
 * candidates lies with on the average, which many names of little capacity hardly move.
 */
function ticketsAmong(candidates: readonly Candidate[]): (candidate: Candidate) => number {
  let [sum, squares] = [0, 0]
  for (const { capacity } of candidates) {
    sum += capacity
    squares += capacity ** 2
  }
  return ({ capacity }) => (squares === 0 ? 1 : (capacity * sum) / squares)
}

type TicketsOf = ReturnType<typeof ticketsAmong>

/** By how much of the work that makes a miner familiar is missing: less of it where there is less capacity. */
function leastKnown(candidates: readonly Candidate[], ticketsOf: TicketsOf, nowMs: number, ratings: Ratings): Candidate[] {
  let [least, strange]: [number, Candidate[]] = [1, []]
  for (const candidate of candidates) {
    const wanted = FAMILIAR_AFTER * Math.min(1, ticketsOf(candidate))
    const share = wanted > 0 ? ratings.samples(candidate.offering.node.nodeId, nowMs) / wanted : 1
    if (share < least) {
      ;[least, strange] = [share, [candidate]]
    } else if (share === least && share < 1) {
      strange.push(candidate)
    }
  }
  return strange
}

/** The best under one draw each. Who would have to be better than it can be to win is not looked at any further. */
function drawBest(candidates: readonly Candidate[], ticketsOf: TicketsOf, task: Task, ratings: Ratings, rng: Rng): Candidate {
  let best: { candidate: Candidate; utility: number } | null = null
  let least = Number.NEGATIVE_INFINITY
  for (const candidate of candidates) {
    const { mean, sd } = candidate.ability
    const tickets = ticketsOf(candidate)
    const quantile = drawQuantile(tickets, rng)
    if (mean + sd * mostLuckAt(quantile, tickets) <= least) {
      continue
    }
    const luck = luckAt(quantile, tickets)
    if (mean + sd * Math.max(0, luck) <= least) {
      continue
    }
    const utility = utilityOf(candidate, luck, task, ratings)
    if (best === null || utility > best.utility) {
      best = { candidate, utility }
      least = leastAbility(utility, task)
    }
  }
  return best?.candidate as Candidate
}

/**
 * Chooses miners for a task among those that offer a model for it. Filters leave those that may do it; Thompson sampling chooses among those that
 * are free: the one that is best under one draw of its skill, speed and reliability, so that who is not well known is tried as often as it may
 * be the best. Five tasks in a hundred go to the least known, as long as there are strangers. Every next miner is of an operator not chosen yet.
 */
export function matchMiners(offerings: readonly Offering[], request: MatchRequest, ratings: Ratings, rng: Rng): Match[] {
  const policy = request.policy ?? OPEN_POLICY
  const count = request.count ?? policy.redundancy
  const task = taskOf(request)
  const chosen: Match[] = []
  // In an order of its own, so that equals take turns.
  let left = rng.shuffle(healthy(candidatesOf(offerings, request, ratings), request, ratings))
  while (chosen.length < count && left.length > 0) {
    const candidates = soonest(left, policy, request.isPreferred)
    const ticketsOf = ticketsAmong(candidates)
    const strange = rng.next() < EXPLORATION ? leastKnown(candidates, ticketsOf, request.nowMs, ratings) : []
    const { node, offer } = drawBest(strange.length > 0 ? strange : candidates, ticketsOf, task, ratings, rng).offering
    chosen.push({ node, offer })
    left = chosen.length < count ? left.filter(({ offering }) => offering.node.operator !== node.operator) : []
  }
  return chosen
}
