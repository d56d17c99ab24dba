import type { NodeId, Rng } from '@cortensor/interface'
import type { QuizCategory } from '@cortensor/protocols'
import {
  CALIBRATED_CATEGORIES,
  calibratedTemplates,
  correctProbability,
  MEASURED_SD_MILLI,
  possibleItems,
  priorSkill,
  type QuizItem,
  quizItems,
  type Skill,
  updatedSkill
} from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'

/** How well rounds measure with the items that there are: those of the catalogue, chosen as oracles and miners choose them. */
export interface RoundFigures {
  /** Items until the deviation is below 0.35, two a round; the median over games of all categories of a kind. */
  items: Record<'free' | 'choice', { adaptive: number; random: number }>
  /** Share of true abilities inside the 90 % interval of adaptive games, in percent. */
  coverage: number
}

const NODE = '12D3KooWFigures' as NodeId
/** As the presets ask. */
const ITEMS_PER_ROUND = 2
const MOST_ITEMS = 120
const NINE_TENTHS = 1.645

const isFree = (category: QuizCategory): boolean => calibratedTemplates(category).every(({ options }) => options === undefined)

const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next())

interface Played {
  category: QuizCategory
  abilityMilli: number
  skill: Skill
  items: number
}

/** Nodes of N(0, 1), one category each, round after round until the skill is measured. What is asked follows from the state before. */
function playGames(seed: string, each: number, isAdaptive: boolean): Played[] {
  const rng = createSeededRng(`${seed}/rounds/${isAdaptive}`)
  return CALIBRATED_CATEGORIES.flatMap((category) =>
    Array.from({ length: each }, (): Played => {
      const abilityMilli = Math.max(-4_000, Math.min(4_000, Math.round(1_000 * normal(rng))))
      let skill = priorSkill()
      let items = 0
      while (skill.sdMilli >= MEASURED_SD_MILLI && items < MOST_ITEMS) {
        const open = { level: 1 as const, categories: [category], itemsPerCategory: ITEMS_PER_ROUND, maxAnswerTokens: 96 }
        const [roundSeed, before] = [rng.bytes(32), skill.meanMilli]
        const asked: QuizItem[] = isAdaptive
          ? quizItems(roundSeed, NODE, open, () => before)
          : rng.shuffle(possibleItems(roundSeed, NODE, open)).slice(0, ITEMS_PER_ROUND)
        const answers = asked.map((item) => ({
          item,
          isCorrect: rng.next() < correctProbability(item, abilityMilli) / 2 ** 40
        }))
        skill = updatedSkill(skill, answers)
        items += asked.length
      }
      return { category, abilityMilli, skill, items }
    })
  )
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** `each` games a category. */
export function roundFigures(seed: string, each: number): RoundFigures {
  const [adaptive, random] = [playGames(seed, each, true), playGames(seed, each, false)]
  const needed = (played: readonly Played[], free: boolean): number =>
    median(played.filter(({ category }) => isFree(category) === free).map(({ items }) => items))
  const covered = adaptive.filter(
    ({ abilityMilli, skill }) => Math.abs(abilityMilli - skill.meanMilli) <= NINE_TENTHS * skill.sdMilli
  )
  return {
    items: {
      free: { adaptive: needed(adaptive, true), random: needed(random, true) },
      choice: { adaptive: needed(adaptive, false), random: needed(random, false) }
    },
    coverage: Number(((100 * covered.length) / adaptive.length).toFixed(1))
  }
}
