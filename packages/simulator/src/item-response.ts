import { correctProbability, type ItemParams } from '@cortensor/scoring'

const ONE = 2 ** 40
/** Slope of the catalogue's items; a skill is the share of right answers to such an item of medium difficulty. */
const SLOPE = 2
/** Ends of the scale of abilities, in thousandths of a logit. */
const MAX_ABILITY_MILLI = 4_000

/** The ability that gives a skill, in thousandths of a logit. */
export function abilityMilliOf(skill: number): number {
  const logit = skill <= 0 ? Number.NEGATIVE_INFINITY : skill >= 1 ? Number.POSITIVE_INFINITY : Math.log(skill / (1 - skill))
  return Math.max(-MAX_ABILITY_MILLI, Math.min(MAX_ABILITY_MILLI, Math.round((1_000 * logit) / SLOPE)))
}

/** The skill that an ability, in thousandths of a logit, stands for. */
export const skillOf = (abilityMilli: number): number => 1 / (1 + Math.exp((-SLOPE * abilityMilli) / 1_000))

/** How likely a model answers an item, by the item model that skills are measured with. */
export const chanceOf = (item: ItemParams, skill: number): number => correctProbability(item, abilityMilliOf(skill)) / ONE
