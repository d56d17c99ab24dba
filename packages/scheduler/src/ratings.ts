import type { ModelId, NodeId, UnixMs } from '@cortensor/interface'
import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { LruMap } from '@cortensor/utils'
import { afterAttempt, type Breaker, CLOSED, isOnTrial, isOpen, isTripped } from './breaker.js'
import { type Belief, betaBelief } from './draws.js'
import { beliefOf, type LogBelief, type LogNormal, observeValue, SPEED_HALF_LIFE_MS } from './log-normal.js'
import type { Offering } from './offerings.js'

/** An ability as the last report has it, in logits. */
export type Ability = Belief

/** What reports say of a node. */
export interface NodeRating {
  /** The model that was measured. */
  model: ModelId | null
  skills: ReadonlyMap<QuizCategory, Ability>
  /** False keeps every task away. @default true */
  isHonest?: boolean
  /** @default 'in-test' */
  standing?: Standing
  /** What it gets right of what it gets through while everybody else plays, in tokens. @default 0 */
  capacity?: number
}

/** Where reports see a node: still in test, in the pool, or known to leave undone what it begins. */
export type Standing = 'in-test' | 'qualified' | 'unreliable'

/** What the last report says of a miner with a model. */
export interface Rated extends Required<Pick<NodeRating, 'isHonest' | 'standing'>> {
  /** What it gets through as measured; the same for all where nobody was measured. */
  capacity: number
  /** As `Ratings.ability` has it, by the place of the category; of those that were asked for. */
  abilities: (Ability | undefined)[]
  /** The report. */
  by: ReadonlyMap<NodeId, NodeRating>
}

/** Answers take longer the longer they are: measured apart for up to 32, 128 and 512 tokens, and for more. */
const SIZES = [32, 128, 512] as const
export const sizeOf = (tokens: number): number => {
  const place = SIZES.findIndex((size) => tokens <= size)
  return place === -1 ? SIZES.length : place
}

/** How one assignment went, as its router saw it. */
export type Observation =
  | {
      type: 'completed'
      nodeId: NodeId
      model: ModelId
      promptTokens: number
      completionTokens: number
      firstTokenMs: number
      /** From the assignment to the last token. */
      totalMs: number
    }
  | { type: 'failed'; nodeId: NodeId }
  /** A covert quiz item: whether the answer was right, and how likely that was by the skill that reports show. */
  | { type: 'probed'; nodeId: NodeId; isRight: boolean; expected: number }
  /** Nothing had come of an answer of so many tokens when another miner was quicker: it would have taken so long at least. */
  | { type: 'late'; nodeId: NodeId; model: ModelId; tokens: number; afterMs: number }

/** What an observer knows of the miners, besides their presence: measures of its own, and the ratings of the last report. */
export interface Ratings {
  /** A report was committed: its ratings replace those of the one before. */
  setRatings(ratings: ReadonlyMap<NodeId, NodeRating>): void
  observe(observation: Observation, nowMs: UnixMs): void
  /**
   * Of a node with one model in one category, or on the average of those that were measured. Where nothing was measured: the mean of those
   * who run the same model, and wide.
   */
  ability(nodeId: NodeId, model: ModelId, category: QuizCategory | null): Ability
  /** Looked up once for each report, and kept with the offering. */
  rated(offering: Offering): Rated
  /** The same as `ability`, looked up once for each report. */
  abilityOf(offering: Offering, category: QuizCategory | null): Ability
  isOpen(nodeId: NodeId, nowMs: UnixMs): boolean
  isOnTrial(nodeId: NodeId, nowMs: UnixMs): boolean
  /** True while somebody may be open or on trial at all. */
  hasTroubled(): boolean
  /** The chance that it carries a task through. */
  reliability(nodeId: NodeId, nowMs: UnixMs): Belief
  /** How much of the skill that reports show its answers to probes show, from 0 to 1; 1 for who was never probed. */
  candour(nodeId: NodeId, nowMs: UnixMs): number
  /** ms of a whole answer, and until its first token. `expectedMs` is what its presence promises. */
  finish(nodeId: NodeId, model: ModelId, tokens: number, expectedMs: number, nowMs: UnixMs): LogBelief
  firstToken(nodeId: NodeId, model: ModelId, expectedMs: number, nowMs: UnixMs): LogBelief
  /** Tasks that this observer has seen end, decayed. */
  samples(nodeId: NodeId, nowMs: UnixMs): number
}

/** Nobody knows anything of it. */
const UNKNOWN: Ability = { mean: 0, sd: 1 }

/** A promise counts as two tasks seen; a single task may well take twice or half as long. */
const PROMISE = { spread: 0.6, weight: 2 }

/** As many as a directory holds. */
const MAX_NODES = 20_000

interface Local {
  speeds: Map<string, LogNormal>
  done: number
  failed: number
  /** Right answers to probes, and how many were to be expected. */
  probes: { right: number; expected: number }
  seenMs: UnixMs
  breaker: Breaker
}

/** A node offers a handful of models; a measure is kept for each of them, of every size. */
const MAX_SPEEDS = 64

const meanAbility = (abilities: readonly Ability[]): Ability => {
  const n = abilities.length
  const mean = abilities.reduce((sum, ability) => sum + ability.mean, 0) / n
  return { mean, sd: Math.sqrt(abilities.reduce((sum, ability) => sum + ability.sd ** 2, 0)) / n }
}

/** Everything is bounded, and what was longest not used is forgotten first. */
export function createRatings(): Ratings {
  const locals = new LruMap<NodeId, Local>(MAX_NODES)
  /** Those that have failed too often in a row, and have not succeeded since. */
  const troubled = new LruMap<NodeId, true>(MAX_NODES)
  let ratings: ReadonlyMap<NodeId, NodeRating> = new Map()
  let isCapacityKnown = false
  let byModel = new Map<ModelId, NodeRating[]>()
  /** What is known of a model where its node was not measured, by model and category; of these ratings. */
  let ofModels = new Map<string, Ability>()

  const localOf = (nodeId: NodeId, nowMs: UnixMs): Local =>
    locals.get(nodeId) ?? { speeds: new Map(), done: 0, failed: 0, probes: NO_PROBES, seenMs: nowMs, breaker: CLOSED }
  const record = (nodeId: NodeId, succeeded: boolean, nowMs: UnixMs): Local => {
    const before = localOf(nodeId, nowMs)
    const kept = keptAt(before, nowMs)
    const local = {
      ...before,
      done: before.done * kept + (succeeded ? 1 : 0),
      failed: before.failed * kept + (succeeded ? 0 : 1),
      probes: probesAt(before, nowMs),
      seenMs: nowMs,
      breaker: afterAttempt(before.breaker, succeeded, nowMs)
    }
    locals.set(nodeId, local)
    if (isTripped(local.breaker)) {
      troubled.set(nodeId, true)
    } else {
      troubled.delete(nodeId)
    }
    return local
  }
  const see = (local: Local, key: string, value: number, nowMs: UnixMs): void => {
    if (local.speeds.has(key) || local.speeds.size < MAX_SPEEDS) {
      local.speeds.set(key, observeValue(local.speeds.get(key), value, nowMs))
    }
  }
  const ability = (nodeId: NodeId, model: ModelId, category: QuizCategory | null): Ability => {
    const own = ratings.get(nodeId)
    const known = own?.model === model ? abilityIn(own, category) : undefined
    if (known !== undefined) {
      return known
    }
    const key = `${model}/${category}`
    const others = ofModels.get(key) ?? abilityOf(byModel.get(model) ?? [], category)
    ofModels.set(key, others)
    return others
  }
  const rated = (offering: Offering): Rated => {
    if (offering.rated?.by === ratings) {
      return offering.rated
    }
    const { capacity = 0, isHonest = true, standing = 'in-test' } = ratings.get(offering.node.nodeId) ?? {}
    offering.rated = { isHonest, standing, capacity: isCapacityKnown ? capacity : 1, abilities: [], by: ratings }
    return offering.rated
  }
  const belief = (nodeId: NodeId, key: string, expectedMs: number, nowMs: UnixMs): LogBelief =>
    beliefOf(locals.get(nodeId)?.speeds.get(key), { ...PROMISE, value: Math.max(1, expectedMs) }, nowMs)

  return {
    setRatings(next) {
      ratings = next
      isCapacityKnown = [...next.values()].some(({ capacity = 0 }) => capacity > 0)
      const measured = [...next.values()].filter(({ model }) => model !== null)
      byModel = Map.groupBy(measured, ({ model }) => model as ModelId)
      ofModels = new Map()
    },
    observe(observation, nowMs) {
      const { nodeId } = observation
      if (observation.type === 'late') {
        const { afterMs, model, tokens } = observation
        const known = localOf(nodeId, nowMs)
        locals.set(nodeId, known)
        see(known, `${model}/${sizeOf(tokens)}`, afterMs, nowMs)
        see(known, `${model}/first`, afterMs, nowMs)
        return
      }
      if (observation.type === 'probed') {
        const known = localOf(nodeId, nowMs)
        const { expected, right } = probesAt(known, nowMs)
        const probes = { right: right + (observation.isRight ? 1 : 0), expected: expected + observation.expected }
        const kept = keptAt(known, nowMs)
        locals.set(nodeId, { ...known, done: known.done * kept, failed: known.failed * kept, probes, seenMs: nowMs })
        return
      }
      const local = record(nodeId, observation.type === 'completed', nowMs)
      if (observation.type === 'completed') {
        const { completionTokens, firstTokenMs, model, totalMs } = observation
        see(local, `${model}/${sizeOf(completionTokens)}`, totalMs, nowMs)
        see(local, `${model}/first`, firstTokenMs, nowMs)
      }
    },
    ability,
    rated,
    abilityOf(offering, category) {
      const { abilities } = rated(offering)
      const place = category === null ? QUIZ_CATEGORIES.length : QUIZ_CATEGORIES.indexOf(category)
      let known = abilities[place]
      if (known === undefined) {
        known = ability(offering.node.nodeId, offering.offer.id, category)
        abilities[place] = known
      }
      return known
    },
    isOpen: (nodeId, nowMs) => troubled.has(nodeId) && isOpen(localOf(nodeId, nowMs).breaker, nowMs),
    isOnTrial: (nodeId, nowMs) => troubled.has(nodeId) && isOnTrial(localOf(nodeId, nowMs).breaker, nowMs),
    hasTroubled: () => troubled.size > 0,
    reliability(nodeId, nowMs) {
      const local = localOf(nodeId, nowMs)
      const kept = keptAt(local, nowMs)
      return betaBelief(1 + PRIOR_DONE + local.done * kept, 1 + local.failed * kept)
    },
    candour(nodeId, nowMs) {
      const { expected, right } = probesAt(localOf(nodeId, nowMs), nowMs)
      return Math.min(1, (right + PRIOR_PROBES) / (expected + PRIOR_PROBES))
    },
    finish: (nodeId, model, tokens, expectedMs, nowMs) => belief(nodeId, `${model}/${sizeOf(tokens)}`, expectedMs, nowMs),
    firstToken: (nodeId, model, expectedMs, nowMs) => belief(nodeId, `${model}/first`, expectedMs, nowMs),
    samples(nodeId, nowMs) {
      const local = localOf(nodeId, nowMs)
      return (local.done + local.failed) * keptAt(local, nowMs)
    }
  }
}

/** Most miners do what they are asked: a newcomer counts as having done so four times. */
const PRIOR_DONE = 4

/** A miner that was never probed counts as having done as expected so many times. */
const PRIOR_PROBES = 4

const NO_PROBES = { right: 0, expected: 0 }

function probesAt(local: Local, nowMs: UnixMs): Local['probes'] {
  const kept = keptAt(local, nowMs)
  return { right: local.probes.right * kept, expected: local.probes.expected * kept }
}

const keptAt = (local: Local, nowMs: UnixMs): number => 2 ** (-Math.max(0, nowMs - local.seenMs) / SPEED_HALF_LIFE_MS)

/** Of a node that was not measured, from those that run the same model. */
function abilityOf(ratings: readonly NodeRating[], category: QuizCategory | null): Ability {
  const known = ratings.map((rating) => abilityIn(rating, category)).filter((one) => one !== undefined)
  return known.length === 0 ? UNKNOWN : { mean: meanAbility(known).mean, sd: UNKNOWN.sd }
}

function abilityIn(rating: NodeRating, category: QuizCategory | null): Ability | undefined {
  if (category !== null) {
    return rating.skills.get(category)
  }
  return rating.skills.size === 0 ? undefined : meanAbility([...rating.skills.values()])
}
