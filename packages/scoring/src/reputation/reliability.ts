import { ln, ONE, once, weightOf } from '../skill/fixed-point.js'

/** Points of the grid over the chance that a node carries through what it began. */
const POINTS = 512

/** Counts beyond this tell no more, and the sums stay below 2^53. */
const MAX_COUNT = 10_000_000

/** Of the posterior, one tenth lies below its lower bound. */
const BELOW = 10

/** In the middle of each step, so that neither end is certain. The logarithms of both chances, which are the same for everybody. */
const steps = once(() =>
  Array.from({ length: POINTS }, (_, i) => {
    const chance = ((2 * i + 1) * ONE) / (2 * POINTS)
    return { kept: ln(chance), missed: ln(ONE - chance) }
  })
)

/**
 * Lower bound, in thousandths, of the chance that a node carries through what it begins: the lower tenth of a Beta posterior with a
 * uniform prior. Points and misses are decayed counts in thousandths.
 */
export function reliabilityLowerMilli({ points, misses }: { points: number; misses: number }): number {
  const [good, bad] = [Math.min(points, MAX_COUNT), Math.min(misses, MAX_COUNT)]
  const logs = steps().map(({ kept, missed }) => Math.floor((good * kept) / 1_000) + Math.floor((bad * missed) / 1_000))
  const top = logs.reduce((max, log) => Math.max(max, log), Number.NEGATIVE_INFINITY)
  const weights = logs.map((log) => weightOf(top - log))
  const wanted = weights.reduce((sum, weight) => sum + weight, 0) / BELOW
  let below = 0
  for (const [i, weight] of weights.entries()) {
    if (below + weight >= wanted) {
      return Math.floor((1_000 * (i + (wanted - below) / weight)) / POINTS)
    }
    below += weight
  }
  return 1_000
}

/** What a node must show before it enters the pool. */
export const MIN_RELIABILITY_MILLI = 600
export const MIN_ROUNDS = 3

export interface Standing {
  /** Of {@link reliabilityLowerMilli}. */
  reliabilityMilli: number
  /** Rounds that it has answered, ever. */
  rounds: number
  /** The sequential test of its transcripts says that they are not what its model would say. */
  isHonestyInAlarm: boolean
}

/** Reliability, experience and honesty are asked separately and never mixed into one number. */
export const isQualified = ({ isHonestyInAlarm, reliabilityMilli, rounds }: Standing): boolean =>
  !isHonestyInAlarm && rounds >= MIN_ROUNDS && reliabilityMilli >= MIN_RELIABILITY_MILLI
