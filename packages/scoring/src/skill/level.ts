import { clampAbility, MAX_ABILITY_MILLI, type Skill } from './posterior.js'

/** A skill as it is shown, in hundredths of a level: 0 to 1,000. */
export interface Level {
  /** What the node can do at least, with nine chances in ten. */
  levelCenti: number
  /** Holds the truth with nine chances in ten. */
  lowCenti: number
  highCenti: number
}

/** Quantiles of the normal distribution in ten-thousandths: below lie 10 % and 5 %. */
const TENTH = 12_816
const TWENTIETH = 16_449

const at = (skill: Skill, deviations: number): number =>
  Math.floor(
    ((clampAbility(skill.meanMilli + Math.round((skill.sdMilli * deviations) / 10_000)) + MAX_ABILITY_MILLI) * 1_000) /
      (2 * MAX_ABILITY_MILLI)
  )

/** Abilities from -4 to 4 become levels from 0 to 10. The level is the lower tenth, so that who is not known is not praised. */
export const levelOf = (skill: Skill): Level => ({
  levelCenti: at(skill, -TENTH),
  lowCenti: at(skill, -TWENTIETH),
  highCenti: at(skill, TWENTIETH)
})
