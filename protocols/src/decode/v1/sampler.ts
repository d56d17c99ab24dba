import { exactExp, exactLn } from '@cortensor/crypto'
import type { SamplingParams } from '@cortensor/interface'

/** The most likely next tokens of one position with their raw logits, by falling logit, equal ones by rising id. */
export interface Candidates {
  readonly ids: ArrayLike<number>
  readonly logits: ArrayLike<number>
}

export type SamplerParams = Pick<SamplingParams, 'temperature' | 'topK' | 'topP' | 'minP'>

/** Noise of a token at the position in question; see `gumbelNoise`. */
export type TokenNoise = (token: number) => number

const at = (values: ArrayLike<number>, index: number): number => values[index] as number

/**
 * How many of the candidates, from the most likely on, can be drawn: top-k, then top-p, then min-p, all on the probabilities of the
 * candidates at temperature 1. With a greedy request it is 1.
 *
 * `slack` widens (or, negative, narrows) the cuts by so much of a logit, for a reader whose logits are slightly different ones.
 */
export function countKept({ logits }: Candidates, sampling: SamplerParams, slack = 0): number {
  let kept = sampling.topK > 0 ? Math.min(sampling.topK, logits.length) : logits.length
  if (slack !== 0 && kept > 0 && kept < logits.length) {
    const above = countAbove(logits, at(logits, kept - 1) - slack)
    // Where logits tie at the cut, those above it are more than top-k takes.
    kept = slack < 0 ? Math.min(kept, above) : above
  }
  if (sampling.topP < 1) {
    // A shift of every logit by `slack` moves a share of the whole by less than that.
    kept = countNucleus(logits, kept, sampling.topP + slack)
  }
  if (sampling.minP > 0) {
    kept = Math.min(kept, countAbove(logits, at(logits, 0) + exactLn(sampling.minP) - slack))
  }
  return Math.max(1, kept)
}

function countAbove(logits: ArrayLike<number>, least: number): number {
  let count = 0
  while (count < logits.length && at(logits, count) >= least) {
    count++
  }
  return count
}

/** The first tokens whose weights together reach the share. */
function countNucleus(logits: ArrayLike<number>, limit: number, share: number): number {
  const weights: number[] = []
  let total = 0
  for (let i = 0; i < limit; i++) {
    const weight = exactExp(at(logits, i) - at(logits, 0))
    weights.push(weight)
    total += weight
  }
  let sum = 0
  for (const [index, weight] of weights.entries()) {
    sum += weight
    if (sum >= share * total) {
      return index + 1
    }
  }
  return limit
}

/** What the sampler maximises: the logit plus noise that grows with the temperature. In units of a logit. */
export const scoreOf = (logit: number, token: number, temperature: number, noise: TokenNoise): number =>
  temperature === 0 ? logit : logit + temperature * noise(token)

/** The candidate that is drawn: the largest score; of equal ones the smallest id. Needs at least one candidate. */
export function drawToken(candidates: Candidates, sampling: SamplerParams, noise: TokenNoise): number {
  const { temperature } = sampling
  const { ids, logits } = candidates
  // Greedy: candidates are in order already.
  const kept = temperature === 0 ? 1 : countKept(candidates, sampling)
  let best = at(ids, 0)
  let bestScore = scoreOf(at(logits, 0), best, temperature, noise)
  for (let i = 1; i < kept; i++) {
    const id = at(ids, i)
    const score = scoreOf(at(logits, i), id, temperature, noise)
    if (score > bestScore || (score === bestScore && id < best)) {
      best = id
      bestScore = score
    }
  }
  return best
}
