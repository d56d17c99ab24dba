import type { UnixMs } from '@cortensor/interface'

/** What was seen of a positive quantity, as decayed sums of its logarithms. */
export interface LogNormal {
  weight: number
  sum: number
  squares: number
  seenMs: UnixMs
}

/** What is believed before anything was seen: the usual value, and how far a single one may be from it. */
export interface LogNormalPrior {
  value: number
  /** Standard deviation of the logarithm. */
  spread: number
  /** Counts as so many observations. */
  weight: number
}

/** A machine's load changes with the hours: what it did six hours ago says half as much. */
export const SPEED_HALF_LIFE_MS = 6 * 3_600_000

const NOTHING: LogNormal = { weight: 0, sum: 0, squares: 0, seenMs: 0 }

function faded(seen: LogNormal, nowMs: UnixMs): LogNormal {
  const kept = 2 ** (-Math.max(0, nowMs - seen.seenMs) / SPEED_HALF_LIFE_MS)
  return { weight: seen.weight * kept, sum: seen.sum * kept, squares: seen.squares * kept, seenMs: Math.max(nowMs, seen.seenMs) }
}

/** Takes in one value; what is not a positive number is left out. */
export function observeValue(seen: LogNormal | undefined, value: number, nowMs: UnixMs): LogNormal {
  const before = faded(seen ?? { ...NOTHING, seenMs: nowMs }, nowMs)
  if (!(value > 0) || !Number.isFinite(value)) {
    return before
  }
  const log = Math.log(value)
  return { weight: before.weight + 1, sum: before.sum + log, squares: before.squares + log * log, seenMs: before.seenMs }
}

/** Mean and spread of the logarithm of the next value, the prior counted in. */
export interface LogBelief {
  mean: number
  spread: number
  /** Standard deviation of `mean` itself. */
  doubt: number
}

export function beliefOf(seen: LogNormal | undefined, prior: LogNormalPrior, nowMs: UnixMs): LogBelief {
  const { squares, sum, weight } = seen === undefined ? NOTHING : faded(seen, nowMs)
  const priorMean = Math.log(prior.value)
  const total = weight + prior.weight
  const mean = (sum + prior.weight * priorMean) / total
  // Around the joint mean, so that values far from the prior widen the spread.
  const scatter = squares - 2 * mean * sum + weight * mean * mean + prior.weight * (prior.spread ** 2 + (priorMean - mean) ** 2)
  const spread = Math.sqrt(Math.max(1e-6, scatter / total))
  return { mean, spread, doubt: spread / Math.sqrt(total) }
}

/** The mean of the quantity, where the mean of its logarithm is so many of its `doubt` above what is believed. */
export const meanAt = ({ doubt, mean, spread }: LogBelief, deviations: number): number =>
  Math.exp(mean + doubt * deviations + spread ** 2 / 2)

/** The value below which 95 of 100 lie. */
export const p95Of = ({ mean, spread }: LogBelief): number => Math.exp(mean + 1.645 * spread)
