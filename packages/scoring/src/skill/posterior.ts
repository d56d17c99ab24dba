import { dividedNearest, LOG_ONE, squareRoot, weightOf } from './fixed-point.js'
import { correctProbability, type ItemParams, logLikelihood } from './item-model.js'

/** What is known of an ability, in thousandths: how reports and presence of skill carry it. */
export interface Skill {
  meanMilli: number
  sdMilli: number
}

/** An item that a node was asked. */
export interface Answer {
  item: ItemParams
  isCorrect: boolean
}

/** The grid of abilities: 161 points from -4 to 4. */
export const GRID_POINTS = 161
const GRID_STEP_MILLI = 50
export const MAX_ABILITY_MILLI = ((GRID_POINTS - 1) / 2) * GRID_STEP_MILLI
const abilityAt = (point: number): number => point * GRID_STEP_MILLI - MAX_ABILITY_MILLI

/** No knowledge but the mean of those who run the same model: a newcomer starts near the truth, but wide. */
export const PRIOR_SD_MILLI = 1_000
/** Below it the grid's steps would show. */
export const MIN_SD_MILLI = 60
/** Measured well enough for a game to ask something else. */
export const MEASURED_SD_MILLI = 350

export const priorSkill = (meanMilli = 0): Skill => ({ meanMilli: clampAbility(meanMilli), sdMilli: PRIOR_SD_MILLI })

export const clampAbility = (milli: number): number => Math.max(-MAX_ABILITY_MILLI, Math.min(MAX_ABILITY_MILLI, milli))

/**
 * Added to the variance, in millionths, for every epoch without evidence: after a day of epochs of a minute, a skill known to 0.35 is
 * known to 0.52.
 */
export const DRIFT_PER_EPOCH_MILLIONTHS = 100

/** What is left of a skill after epochs without evidence. It never knows less than the prior did. */
export function drifted(skill: Skill, epochs: number): Skill {
  const variance = BigInt(skill.sdMilli) ** 2n + BigInt(DRIFT_PER_EPOCH_MILLIONTHS) * BigInt(Math.max(0, epochs))
  const sd = Number(squareRoot(variance))
  return { meanMilli: skill.meanMilli, sdMilli: Math.max(skill.sdMilli, Math.min(PRIOR_SD_MILLI, sd)) }
}

/** Logarithms of the density at the points of the grid, but for a constant. */
export type Grid = readonly number[]

export function gridOf(skill: Skill): Grid {
  const twiceVariance = 2 * skill.sdMilli * skill.sdMilli
  return Array.from({ length: GRID_POINTS }, (_, point) => {
    const distance = abilityAt(point) - skill.meanMilli
    return -Math.floor((distance * distance * LOG_ONE) / twiceVariance)
  })
}

/** Bayes' rule. Sums of integers, so that the order of the answers does not matter. */
export function observe(grid: Grid, answers: readonly Answer[]): Grid {
  return grid.map((log, point) =>
    answers.reduce((sum, { item, isCorrect }) => sum + logLikelihood(item, abilityAt(point), isCorrect), log)
  )
}

function weightsOf(grid: Grid): number[] {
  const top = grid.reduce((max, log) => Math.max(max, log), Number.NEGATIVE_INFINITY)
  return grid.map((log) => weightOf(top - log))
}

/** Mean and standard deviation of a grid. The sums stay below 2^53: 161 weights of 2^30 times squares of at most 160. */
export function momentsOf(grid: Grid): Skill {
  let [total, first, second] = [0, 0, 0]
  weightsOf(grid).forEach((weight, point) => {
    total += weight
    first += weight * point
    second += weight * point * point
  })
  const [n, sum, squares, step] = [BigInt(total), BigInt(first), BigInt(second), BigInt(GRID_STEP_MILLI)]
  const mean = Number(dividedNearest(sum * step, n)) - MAX_ABILITY_MILLI
  // To the nearest thousandth: the root of four times the variance, plus one, halved.
  const fourVariance = (4n * (squares * n - sum * sum) * step * step) / (n * n)
  const sd = Number((squareRoot(fourVariance) + 1n) / 2n)
  return { meanMilli: mean, sdMilli: Math.max(MIN_SD_MILLI, Math.min(PRIOR_SD_MILLI, sd)) }
}

/** The ability below which `partMilli` thousandths of a grid's weight lie, interpolated between its points. */
export function quantileOf(grid: Grid, partMilli: number): number {
  const weights = weightsOf(grid)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const wanted = Math.floor((total * partMilli) / 1_000)
  let below = 0
  for (const [point, weight] of weights.entries()) {
    // A point stands for the half steps around it.
    if (below + weight >= wanted && weight > 0) {
      const into = Math.floor(((wanted - below) * GRID_STEP_MILLI) / weight) - GRID_STEP_MILLI / 2
      return clampAbility(abilityAt(point) + into)
    }
    below += weight
  }
  return MAX_ABILITY_MILLI
}

/** Exact within one call; between calls a skill is its mean and standard deviation, which decision 0028 measures. */
export function updatedSkill(skill: Skill, answers: readonly Answer[]): Skill {
  return answers.length === 0 ? skill : momentsOf(observe(gridOf(skill), answers))
}

/**
 * P(correct), in millionths, at an item of this skill: the mean over what the ability can be, not the value at its mean.
 */
export function expectedCorrect(skill: Skill, item: ItemParams): number {
  let [sum, total] = [0n, 0n]
  for (const [point, weight] of weightsOf(gridOf(skill)).entries()) {
    if (weight > 0) {
      sum += BigInt(weight) * BigInt(correctAt(item, point))
      total += BigInt(weight)
    }
  }
  return Number((sum * 1_000_000n) / (total * 2n ** 40n))
}

const correctAt = (item: ItemParams, point: number): number => correctProbability(item, abilityAt(point))
