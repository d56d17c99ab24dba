import type { Rng } from '@cortensor/interface'
import type { AnswerFunction } from '@cortensor/memory'
import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import type { Strategy } from './adversaries/strategy.js'

/** What a miner's hardware can do. */
export interface DeviceProfile {
  name: string
  /** The model it runs. */
  model: string
  /** Of one sequence. */
  decodeTokensPerSecond: number
  prefillTokensPerSecond: number
  /** Requests computed at a time. */
  sequences: number
  /** How likely its model finds the better of two answers. @default 0: it says something else than a judge is asked for */
  judging?: number
}

/** Orders of magnitude of small quantised models on such machines. */
export const DEFAULT_DEVICES: readonly DeviceProfile[] = [
  { name: 'laptop', model: 'sim-small', decodeTokensPerSecond: 40, prefillTokensPerSecond: 400, sequences: 2 },
  { name: 'desktop', model: 'sim-small', decodeTokensPerSecond: 80, prefillTokensPerSecond: 1_000, sequences: 4 },
  { name: 'server', model: 'sim-large', decodeTokensPerSecond: 150, prefillTokensPerSecond: 4_000, sequences: 8 }
]

/** Probability of a right answer, in [0, 1], by category. */
export type Skill = Readonly<Record<QuizCategory, number>>

export interface SkillRange {
  min: number
  max: number
  /** Largest difference between a miner's mean and one of its categories. */
  spread: number
}

/** Models differ a lot from one another, and a little from one category to the next. */
export const SKILL_RANGE: SkillRange = { min: 0.15, max: 0.9, spread: 0.1 }

/** What a dishonest miner makes of its skill. */
export type SkillChange = Pick<Strategy, 'leastSkill' | 'skillFactor' | 'solves'>

/** Of what a miner runs in the quiz, and of the model that it offers: the same for an honest one. */
export interface Skills {
  skill: Skill
  offered: Skill
}

const skillOf = (of: (category: QuizCategory) => number): Skill =>
  Object.fromEntries(QUIZ_CATEGORIES.map((category) => [category, of(category)])) as Skill

export function drawSkill(
  rng: Rng,
  { max, min, spread }: SkillRange,
  { leastSkill = 0, skillFactor, solves }: SkillChange = {}
): Skills {
  const base = min + rng.next() * (max - min)
  const offered = skillOf(() => Math.max(leastSkill, Math.min(1, Math.max(0, base + (rng.next() * 2 - 1) * spread))))
  if (solves !== undefined) {
    return { skill: skillOf(() => solves), offered }
  }
  return { skill: skillFactor === undefined ? offered : skillOf((category) => offered[category] * skillFactor), offered }
}

export const meanSkill = (skill: Skill): number =>
  QUIZ_CATEGORIES.reduce((sum, category) => sum + skill[category], 0) / QUIZ_CATEGORIES.length

const WORDS = ['the', 'network', 'is', 'made', 'of', 'nodes', 'that', 'check', 'one', 'another', 'in', 'turn']

/** What a model says to a user: between a sentence and a short paragraph. */
export const chat: AnswerFunction = (_messages, rng) =>
  Array.from({ length: rng.int(8, 60) }, () => WORDS[rng.int(0, WORDS.length - 1)]).join(' ')
