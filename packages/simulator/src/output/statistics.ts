/** By the nearest rank; null without any values. */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? null
}

/** The same of values that were counted, by rising value. */
export function quantileOf(counted: readonly (readonly [value: number, count: number])[], q: number): number | null {
  const total = counted.reduce((sum, [, count]) => sum + count, 0)
  let reached = 0
  for (const [value, count] of counted) {
    reached += count
    if (reached >= q * total) {
      return value
    }
  }
  return null
}

/**
 * Inequality of incomes: 0 when all have the same, towards 1 when one has all. Half the mean absolute difference over the mean
 * (C. Gini, 1912), by the sorted-rank form.
 */
export function gini(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const total = sorted.reduce((sum, value) => sum + value, 0)
  if (total === 0) {
    return 0
  }
  const weighted = sorted.reduce((sum, value, i) => sum + (i + 1) * value, 0)
  return (2 * weighted) / (sorted.length * total) - (sorted.length + 1) / sorted.length
}

export interface Estimate {
  mean: number
  /** Ends of the 95 % interval. */
  low: number
  high: number
  count: number
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; 1.96 beyond. */
const T_QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101,
  2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042
]

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

const tQuantile = (count: number): number => T_QUANTILES[count - 2] ?? 1.96

/** Mean with a 95 % interval by Student's t; a single value has no interval. */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length
  const middle = mean(values)
  if (count < 2) {
    return { mean: middle, low: middle, high: middle, count }
  }
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (count - 1)
  const half = tQuantile(count) * Math.sqrt(variance / count)
  return { mean: middle, low: middle - half, high: middle + half, count }
}

/**
 * The ratio of two sums, with a 95 % interval, from pairs of a part and its whole: a mean of ratios would be ruled by the pairs with the
 * smallest wholes, and lie above the truth. The variance is that of W. G. Cochran, Sampling Techniques (1977), section 6.4. Null when the
 * wholes are nothing.
 */
export function ratioEstimate(pairs: readonly (readonly [part: number, whole: number])[]): Estimate | null {
  const count = pairs.length
  const whole = mean(pairs.map(([, whole]) => whole))
  if (whole === 0) {
    return null
  }
  const ratio = mean(pairs.map(([part]) => part)) / whole
  if (count < 2) {
    return { mean: ratio, low: ratio, high: ratio, count }
  }
  const variance = pairs.reduce((sum, [part, whole]) => sum + (part - ratio * whole) ** 2, 0) / (count - 1)
  const half = (tQuantile(count) * Math.sqrt(variance / count)) / whole
  return { mean: ratio, low: ratio - half, high: ratio + half, count }
}
