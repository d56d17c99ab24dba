import { gumbelNoise } from '@cortensor/crypto'
import type { Evaluation } from '@cortensor/interface'
import { DECODE_SPECS, type Generation, LOGIT_STEP, MAX_LOGIT_DISTANCE, readTop, WINDOW_TOKENS } from '@cortensor/protocols'
import { candidatesAt, OUTSIDE_GAP, placeOf, tokenGap } from './token-gap.js'

/** How far an honest answer of another machine may lie from what is computed here, in units of a logit. */
export interface Tolerance {
  /** Between a token and the one that is drawn here. */
  gap: number
  /** Between a logit that a transcript tells and the same one here. */
  logit: number
  /** Between the borders behind which nothing is drawn (top-k, top-p, min-p). What lies within may have been drawn, and need not be. */
  border: number
}

/** One number for each position of an answer. */
export interface TraceComparison {
  gaps: Float64Array
  /** Largest difference of a told logit at the position; all 0 when nothing was told. */
  logitDifferences: Float64Array
}

const { candidates, traceTop } = DECODE_SPECS.verifiable
const NO_NOISE = (): number => 0

function logitDifference(generation: Generation, position: number, own: ReturnType<typeof candidatesAt>): number {
  const window = generation.windows[Math.floor(position / WINDOW_TOKENS)]
  if (window === undefined) {
    return 0
  }
  const told = readTop(window.top, position % WINDOW_TOKENS)
  if (told.ids.length < Math.min(traceTop, own.ids.length)) {
    return OUTSIDE_GAP
  }
  let worst = 0
  for (let index = 0; index < told.ids.length; index++) {
    const logit = told.logits[index] as number
    const at = placeOf(own.ids, told.ids[index] as number)
    if (at < 0) {
      return OUTSIDE_GAP
    }
    const ownLogit = own.logits[at] as number
    const isFar = index > 0 && (told.logits[0] as number) - logit >= MAX_LOGIT_DISTANCE - LOGIT_STEP
    // Of a token that is told as far below the first, only that is known.
    worst = Math.max(worst, isFar ? Math.max(0, ownLogit - logit) : Math.abs(ownLogit - logit))
  }
  return Number.isNaN(worst) ? OUTSIDE_GAP : worst
}

/** Compares an answer, position by position, with what the model says to its tokens here. `evaluation` covers all of them. */
export function compareTrace(generation: Generation, evaluation: Evaluation, tolerance: Tolerance): TraceComparison {
  const { sampling, seed, tokenIds } = generation
  const gaps = new Float64Array(tokenIds.length)
  const logitDifferences = new Float64Array(tokenIds.length)
  for (let position = 0; position < tokenIds.length; position++) {
    const own = candidatesAt(evaluation.trace, position)
    const noise = sampling.temperature === 0 ? NO_NOISE : gumbelNoise(seed, position)
    gaps[position] = tokenGap(own, tokenIds[position] as number, { sampling, noise, candidates, slack: tolerance.border })
    logitDifferences[position] = logitDifference(generation, position, own)
  }
  return { gaps, logitDifferences }
}
