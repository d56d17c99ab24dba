import { ln, logistic, ONE } from './fixed-point.js'

/**
 * How likely a right answer is: P(correct) = g + (1 - g) / (1 + e^(-a (theta - b))), the item model of three parameters. All in
 * thousandths.
 */
export interface ItemParams {
  /** a: how sharply the item divides those who can from those who can not. From 100 to 4,000. */
  slopeMilli: number
  /** b: the ability at which half of the free answers are right. */
  difficultyMilli: number
  /** g: right by guessing. 0 for a free answer, 1000 / options for a choice. */
  guessMilli: number
}

/** P(correct) at an ability in thousandths, as a part of 2^40. */
export function correctProbability(item: ItemParams, abilityMilli: number): number {
  const free = logistic(item.slopeMilli * (abilityMilli - item.difficultyMilli))
  return free + Math.floor(((ONE - free) * item.guessMilli) / 1_000)
}

/** The logarithm of the probability of what was observed. */
export function logLikelihood(item: ItemParams, abilityMilli: number, isCorrect: boolean): number {
  const correct = correctProbability(item, abilityMilli)
  return ln(isCorrect ? correct : ONE - correct)
}

/**
 * Fisher information of an item at an ability, in thousandths: a^2 (1-p)/p ((p-g)/(1-g))^2. A posterior's precision grows by about this
 * much when the item is answered.
 */
export function informationMilli(item: ItemParams, abilityMilli: number): number {
  const free = logistic(item.slopeMilli * (abilityMilli - item.difficultyMilli)) / ONE
  const guess = item.guessMilli / 1_000
  const p = guess + (1 - guess) * free
  // Multiplications and divisions of doubles are exact by their standard: equal on every machine.
  return Math.floor(((((item.slopeMilli * item.slopeMilli) / 1_000) * (1 - p)) / p) * free * free)
}
