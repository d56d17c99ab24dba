import type { Rng } from '@cortensor/interface'

export interface Sample {
  features: readonly number[]
  isProbe: boolean
}

const BINS = 8
const PASSES = 60
const RATE = 0.05
const DECAY = 1e-4

/** Edges that divide the values of a feature into parts of about one size. */
function edgesOf(samples: readonly Sample[], feature: number): number[] {
  const values = samples.map(({ features }) => features[feature] as number).sort((a, b) => a - b)
  return Array.from({ length: BINS - 1 }, (_, i) => values[Math.floor(((i + 1) * values.length) / BINS)] as number)
}

/** A logistic regression on every feature in parts, so that no relation need be a straight line. Gives a score: higher for a probe. */
export function train(samples: readonly Sample[], rng: Rng): (features: readonly number[]) => number {
  const count = samples[0]?.features.length ?? 0
  const edges = Array.from({ length: count }, (_, feature) => edgesOf(samples, feature))
  const active = (features: readonly number[]): number[] =>
    features.map((value, feature) => feature * BINS + (edges[feature] ?? []).filter((edge) => value > edge).length)
  const weights = new Float64Array(count * BINS + 1)
  const scoreOf = (indices: readonly number[]): number =>
    indices.reduce((sum, index) => sum + (weights[index] as number), weights[count * BINS] as number)
  const rows = samples.map(({ features, isProbe }) => ({ indices: active(features), target: isProbe ? 1 : 0 }))
  for (let pass = 0; pass < PASSES; pass++) {
    for (const { indices, target } of rng.shuffle(rows)) {
      const error = target - 1 / (1 + Math.exp(-scoreOf(indices)))
      for (const index of [...indices, count * BINS]) {
        weights[index] = (weights[index] as number) * (1 - RATE * DECAY) + (RATE / (1 + pass)) * error
      }
    }
  }
  return (features) => scoreOf(active(features))
}

/** The chance that a probe scores higher than a request, ties counted half. */
export function auc(samples: readonly Sample[], score: (features: readonly number[]) => number): number {
  const scored = samples.map(({ features, isProbe }) => ({ score: score(features), isProbe })).sort((a, b) => a.score - b.score)
  let rankSum = 0
  for (let i = 0; i < scored.length; ) {
    let j = i
    while (j < scored.length && scored[j]?.score === scored[i]?.score) {
      j++
    }
    const rank = (i + j + 1) / 2
    rankSum += rank * scored.slice(i, j).filter(({ isProbe }) => isProbe).length
    i = j
  }
  const probes = scored.filter(({ isProbe }) => isProbe).length
  return (rankSum - (probes * (probes + 1)) / 2) / (probes * (scored.length - probes))
}
