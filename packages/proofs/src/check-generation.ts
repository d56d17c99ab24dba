import type { Evaluation } from '@cortensor/interface'
import { countWindows, type Generation, WINDOW_TOKENS } from '@cortensor/protocols'
import { compareTrace, type Tolerance } from './compare-trace.js'

/**
 * `valid`: this model gave this answer to this prompt. `invalid`: it did not, or the evidence for it is not complete. `inconclusive`:
 * too little to tell. `unsupported`: this reader cannot check it.
 */
export type Verdict = 'valid' | 'invalid' | 'inconclusive' | 'unsupported'

/** Why a verdict is not `valid`. */
export type VerdictReason =
  /** The prompt's tokens are not those of the messages. */
  | 'prompt'
  /** Counts of tokens contradict the tokens. */
  | 'usage'
  /** The trace is not there, or not complete. */
  | 'windows'
  /** The answer goes on after its end, or ends before it. */
  | 'ending'
  /** The text is not that of the tokens. */
  | 'text'
  /** A token is not the one that is drawn. */
  | 'token'
  /** The logits that are told are not the model's. */
  | 'logits'
  /** A window of an exact class has not the very same logits. */
  | 'window'
  /** Nothing contradicts, but there are too few tokens to tell models apart. */
  | 'short'
  /** The difference lies between what honest machines show and what a cheat does. */
  | 'doubtful'

export interface GenerationCheck {
  verdict: Verdict
  reason: VerdictReason | null
  /** First position that contradicts. */
  position: number | null
  window: number | null
  /** Largest over all positions, in units of a logit; null when the answer was refused before any was compared. */
  maxGap: number | null
  maxLogitDifference: number | null
}

/** Fewer tokens, when they are right, are right with other models too: measured on the built-in models. */
export const MIN_PROOF_TOKENS = 40

/** Differences up to so many times the tolerance are doubtful, above they contradict. */
const DOUBT = 2

const refusal = (reason: VerdictReason, position: number | null = null): GenerationCheck => ({
  verdict: 'invalid',
  reason,
  position,
  window: position === null ? null : Math.floor(position / WINDOW_TOKENS),
  maxGap: null,
  maxLogitDifference: null
})

/** Contradictions that no rounding explains; null when there are none. */
function checkForm(generation: Generation, { ending, promptTokenIds, text }: Evaluation): GenerationCheck | null {
  const { finishReason, tokenIds, usage, windows } = generation
  if (promptTokenIds.length !== generation.promptTokenIds.length) {
    return refusal('prompt')
  }
  if (promptTokenIds.some((id, index) => id !== generation.promptTokenIds[index])) {
    return refusal('prompt')
  }
  if (usage.promptTokens !== promptTokenIds.length || usage.completionTokens !== tokenIds.length) {
    return refusal('usage')
  }
  if (windows.length !== countWindows(tokenIds.length) || tokenIds.length === 0) {
    return refusal('windows')
  }
  const expected = { stop: ['eog', 'stop'], length: ['limit'], cancelled: ['open'] }[finishReason]
  if (!expected.includes(ending.type) || ending.tokens !== tokenIds.length) {
    return refusal('ending', Math.min(ending.tokens, tokenIds.length) - 1)
  }
  // A cancelled answer may lack what was held back as the possible beginning of a stop string.
  if (finishReason === 'cancelled' ? !text.startsWith(generation.text) : text !== generation.text) {
    return refusal('text')
  }
  return null
}

/** Checks an answer against what the model makes of it here: one pass over prompt and tokens, with a tolerance for other machines. */
export function checkGeneration(generation: Generation, evaluation: Evaluation, tolerance: Tolerance): GenerationCheck {
  const refused = checkForm(generation, evaluation)
  if (refused !== null) {
    return refused
  }
  const { gaps, logitDifferences } = compareTrace(generation, evaluation, tolerance)
  const maxGap = gaps.reduce((max, gap) => Math.max(max, gap), 0)
  const maxLogitDifference = logitDifferences.reduce((max, difference) => Math.max(max, difference), 0)
  const found = (verdict: Verdict, reason: VerdictReason | null, position: number | null): GenerationCheck => ({
    verdict,
    reason,
    position,
    window: position === null ? null : Math.floor(position / WINDOW_TOKENS),
    maxGap,
    maxLogitDifference
  })
  for (const [factor, verdict] of [
    [DOUBT, 'invalid'],
    [1, 'inconclusive']
  ] as const) {
    const falseToken = gaps.findIndex((gap) => gap > factor * tolerance.gap)
    if (falseToken >= 0) {
      return found(verdict, verdict === 'invalid' ? 'token' : 'doubtful', falseToken)
    }
    const falseLogit = logitDifferences.findIndex((difference) => difference > factor * tolerance.logit)
    if (falseLogit >= 0) {
      return found(verdict, verdict === 'invalid' ? 'logits' : 'doubtful', falseLogit)
    }
  }
  return generation.tokenIds.length < MIN_PROOF_TOKENS ? found('inconclusive', 'short', null) : found('valid', null, null)
}
