import type { LogitTrace } from '@cortensor/interface'
import { type Candidates, countKept, type SamplerParams, scoreOf, type TokenNoise } from '@cortensor/protocols'

/** What stands for a gap that has no size: the token was not among those that could be drawn. No logit is that large. */
export const OUTSIDE_GAP = 1000

/** The candidates of one position of a trace. */
export function candidatesAt({ ids, logits, top }: LogitTrace, position: number): Candidates {
  const start = position * top
  let end = start + top
  while (end > start && ids[end - 1] === -1) {
    end--
  }
  return { ids: ids.subarray(start, end), logits: logits.subarray(start, end) }
}

/** The place of a token among candidates; -1 when it is none of them. */
export function placeOf(ids: ArrayLike<number>, token: number): number {
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === token) {
      return i
    }
  }
  return -1
}

export interface TokenGapInit {
  sampling: SamplerParams
  noise: TokenNoise
  /** How many candidates the writer chose from. */
  candidates: number
  /** How far the writer's logits may differ from ours: moves the borders of what could be drawn. */
  slack: number
}

/**
 * How far a token is from being the one that the sampler draws, in units of a logit: 0 when it is drawn, otherwise by how much the winning
 * score exceeds its own. Tokens at the borders of top-k, top-p and min-p may be drawn but need not be.
 */
export function tokenGap(own: Candidates, token: number, init: TokenGapInit): number {
  const { noise, sampling, slack } = init
  const index = placeOf(own.ids, token)
  if (index < 0) {
    return OUTSIDE_GAP
  }
  const { temperature } = sampling
  const scoreAt = (at: number): number => scoreOf(own.logits[at] as number, own.ids[at] as number, temperature, noise)
  if (temperature === 0) {
    return scoreAt(0) - scoreAt(index)
  }
  const limited = { ...sampling, topK: sampling.topK > 0 ? Math.min(sampling.topK, init.candidates) : init.candidates }
  if (index >= countKept(own, limited, slack)) {
    return OUTSIDE_GAP
  }
  const certain = countKept(own, limited, -slack)
  let best = Number.NEGATIVE_INFINITY
  for (let at = 0; at < certain; at++) {
    best = Math.max(best, scoreAt(at))
  }
  return Math.max(0, best - scoreAt(index))
}
