import { squareRoot } from './fixed-point.js'
import type { ItemParams } from './item-model.js'
import { clampAbility, gridOf, momentsOf, observe, type Skill } from './posterior.js'

/** What is known of a template: its slope and guess are given, its difficulty is learnt. */
export interface CalibratedItem extends ItemParams {
  difficultySdMilli: number
  /** Anchors hold the scale in place: their difficulty is defined, not learnt. */
  isAnchor: boolean
}

/** How one node answered, with its skill as it was known without this answer. */
export interface CalibrationAnswer {
  skill: Skill
  isCorrect: boolean
}

/** Nodes that are known less well tell more about themselves than about the item. */
const MAX_WITNESS_SD_MILLI = 500

/** pi / 8 in thousandths: a logistic function averaged over a normal ability is about a flatter logistic function. */
const FLATTENING_MILLI = 393n

/** The slope of an item as seen through an uncertain ability: a / sqrt(1 + (pi/8) a^2 sd^2). */
function flattened(slopeMilli: number, sdMilli: number): number {
  const spread = (FLATTENING_MILLI * BigInt(slopeMilli) ** 2n * BigInt(sdMilli) ** 2n) / 1_000n
  const scale = squareRoot(10n ** 12n + spread)
  return Number((BigInt(slopeMilli) * 1_000_000n) / scale)
}

/** False for an answer that says more of its node than of the item. */
export const isTelling = ({ skill }: CalibrationAnswer): boolean => skill.sdMilli <= MAX_WITNESS_SD_MILLI

/**
 * Learns an item's difficulty from nodes whose skill is known. The likelihood is the item model's with the roles of ability and
 * difficulty exchanged, on the same grid. An anchor stays as it is.
 */
export function calibrated(item: CalibratedItem, answers: readonly CalibrationAnswer[]): CalibratedItem {
  const telling = answers.filter(isTelling)
  if (item.isAnchor || telling.length === 0) {
    return item
  }
  const known = { meanMilli: -item.difficultyMilli, sdMilli: item.difficultySdMilli }
  // a (theta - b) = a (-b - -theta): minus b answers an item of difficulty minus theta.
  const observed = telling.map(({ isCorrect, skill }) => ({
    isCorrect,
    item: {
      slopeMilli: flattened(item.slopeMilli, skill.sdMilli),
      difficultyMilli: -skill.meanMilli,
      guessMilli: item.guessMilli
    }
  }))
  const learnt = momentsOf(observe(gridOf(known), observed))
  return { ...item, difficultyMilli: clampAbility(-learnt.meanMilli), difficultySdMilli: learnt.sdMilli }
}
