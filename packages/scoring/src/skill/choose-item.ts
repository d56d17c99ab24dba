import type { Rng } from '@cortensor/interface'
import { type ItemParams, informationMilli } from './item-model.js'
import { MEASURED_SD_MILLI, type Skill } from './posterior.js'

/** Drawn among so many, so that no item is asked of everybody: what is asked often gets known. */
const MOST_INFORMATIVE = 12

/** A game stops here, measured or not. */
export const MAX_ITEMS = 20

/** A game ends when the skill is measured, or when it has asked enough. */
export const isMeasured = (skill: Skill, asked: number): boolean => skill.sdMilli < MEASURED_SD_MILLI || asked >= MAX_ITEMS

/** What tells most at the posterior's mean first; ties stay as they come. */
export function byInformation<T extends ItemParams>(skill: Pick<Skill, 'meanMilli'>, items: readonly T[]): T[] {
  const told = items.map((item) => ({ item, information: informationMilli(item, skill.meanMilli) }))
  return told.sort((a, b) => b.information - a.information).map(({ item }) => item)
}

/** At random among the first 12 of items in this order. Null when there are none. */
export function drawAmongBest<T>(ranked: readonly T[], rng: Rng): T | null {
  const best = ranked.slice(0, MOST_INFORMATIVE)
  return best.length === 0 ? null : (best[rng.int(0, best.length - 1)] ?? null)
}

/** At random among the 12 items that would tell most; ties go to the earlier ones. Null when there are none. */
export const chooseItem = <T extends ItemParams>(skill: Pick<Skill, 'meanMilli'>, items: readonly T[], rng: Rng): T | null =>
  drawAmongBest(byInformation(skill, items), rng)
