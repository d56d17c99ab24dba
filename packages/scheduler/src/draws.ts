import type { Rng } from '@cortensor/interface'

/** Never zero, so that its logarithm is finite. */
const positive = (rng: Rng): number => 1 - rng.next()

/** A logistic variate divided by this is near a standard normal one: nowhere is one share of values more than a hundredth off the other's. */
const LOGISTIC_PER_NORMAL = 1.702

/** Nobody is worse off: a better miner with little capacity is not passed over for what is not known of it. */
const WORST_LUCK = -3

/** The chance of a variate to be above all others is never told more finely than a number can. */
const LEAST_CHANCE = 2 ** -53

/** Where in its distribution a draw lies, above 0 and at most 1. Without tickets there is none to make. */
export const drawQuantile = (tickets: number, rng: Rng): number => (tickets > 0 ? positive(rng) : 0)

/**
 * How far above its mean a draw lies that counts as so many `tickets`, in standard deviations. The best of all draws of one miner with n tickets
 * and the best of n miners with one each have the same distribution, for any n: cut into names, tickets win as often as in one hand. A single one is
 * an ordinary draw, half a one a worse draw.
 */
export function luckAt(quantile: number, tickets: number): number {
  const logChance = tickets > 0 ? Math.log(quantile) / tickets : Number.NEGATIVE_INFINITY
  const logit = logChance - Math.log(Math.max(LEAST_CHANCE, -Math.expm1(logChance)))
  return Math.max(WORST_LUCK, logit / LOGISTIC_PER_NORMAL)
}

/** Luck of a single ticket, above which lie so many 64ths: a place for each of them, up to the half. */
const LUCK_ABOVE = Array.from({ length: 33 }, (_, part) => luckAt(1 - part / 64, 1))

/** At least as much as `luckAt`, and at least 0, without a logarithm: mostly near enough to see that it is too little. */
export function mostLuckAt(quantile: number, tickets: number): number {
  // With q = 1 - v, q^(1/n) is at most 1 - v/n where n is above 1, and at most 1 - v elsewhere.
  const part = Math.floor((64 * (1 - quantile)) / Math.max(1, tickets))
  return part >= 32 ? 0 : (LUCK_ABOVE[part] as number)
}

/** Mean and standard deviation of what is not known for certain. */
export interface Belief {
  mean: number
  sd: number
}

/** Of a beta variate. */
export function betaBelief(a: number, b: number): Belief {
  const sum = a + b
  return { mean: a / sum, sd: Math.sqrt((a * b) / (sum + 1)) / sum }
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
