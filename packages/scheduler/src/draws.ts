import type { Rng } from '@cortensor/interface'

/** Never zero, so that its logarithm is finite. */
const positive = (rng: Rng): number => 1 - rng.next()

/** A standard normal variate (Box and Muller). */
export const drawNormal = (rng: Rng): number => Math.sqrt(-2 * Math.log(positive(rng))) * Math.cos(2 * Math.PI * rng.next())

/** A gamma variate of shape at least one (Marsaglia and Tsang, 2000). */
function drawGamma(shape: number, rng: Rng): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(rng)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(positive(rng)) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return d * v
    }
  }
}

/** A beta variate; both parameters at least one. */
export function drawBeta(a: number, b: number, rng: Rng): number {
  const x = drawGamma(a, rng)
  return x / (x + drawGamma(b, rng))
}
