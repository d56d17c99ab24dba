/** One plot over x values that all its series share. */
export interface Chart {
  title: string
  /** What is seen, in a sentence. */
  caption: string
  x: string
  y: string
  kind: 'line' | 'step' | 'points'
  /** Rising. */
  xs: readonly number[]
  series: readonly { label: string; ys: readonly (number | null)[] }[]
}

/** Points of a curve; more than a screen has columns for would only make the page large. */
const MAX_POINTS = 400

/** For each value, the share of values up to it. */
export function distribution(values: readonly number[]): { xs: number[]; ys: number[] } {
  const sorted = [...values].sort((a, b) => a - b)
  const step = Math.max(1, Math.ceil(sorted.length / MAX_POINTS))
  const points = sorted
    .map((value, i) => ({ x: value, y: (i + 1) / sorted.length, isKept: i % step === 0 || i === sorted.length - 1 }))
    .filter(({ isKept }) => isKept)
  return { xs: points.map(({ x }) => x), ys: points.map(({ y }) => y) }
}

/** Several curves over the union of their x values. */
export function overlay(
  curves: readonly { label: string; xs: readonly number[]; ys: readonly number[] }[]
): Pick<Chart, 'xs' | 'series'> {
  const xs = [...new Set(curves.flatMap((curve) => curve.xs))].sort((a, b) => a - b)
  return {
    xs,
    series: curves.map((curve) => {
      const at = new Map(curve.xs.map((x, i) => [x, curve.ys[i] ?? null]))
      return { label: curve.label, ys: xs.map((x) => at.get(x) ?? null) }
    })
  }
}
