import type { Rng } from '@cortensor/interface'
import { sortedBy } from '../order.js'
import { type ItemParams, informationMilli } from './item-model.js'
import { MEASURED_SD_MILLI, type Skill } from './posterior.js'

/** Drawn among so many, so that no item is asked of everybody: what is asked often gets known. */
const MOST_INFORMATIVE = 12

/** A game stops here, measured or not. */
export const MAX_ITEMS = 20

/** A game ends when the skill is measured, or when it has asked enough. */
export const isMeasured = (skill: Skill, asked: number): boolean => skill.sdMilli < MEASURED_SD_MILLI || asked >= MAX_ITEMS

/** At random among the 12 items that would tell most at the posterior's mean; ties go to the earlier ones. Null when there are none. */
export function chooseItem<T extends ItemParams>(skill: Skill, items: readonly T[], rng: Rng): T | null {
  const ranked = sortedBy(
    items.map((item, place) => ({ item, place, information: informationMilli(item, skill.meanMilli) })),
    ({ information }) => -information,
    ({ place }) => place
  )
  const best = ranked.slice(0, MOST_INFORMATIVE)
  return best.length === 0 ? null : (best[rng.int(0, best.length - 1)]?.item ?? null)
}
