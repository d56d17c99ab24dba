import type { LogitTrace } from '@cortensor/interface'
import { type Generation, promptDigest, WINDOW_TOKENS, windowHash } from '@cortensor/protocols'
import { equalBytes } from '@cortensor/utils'

/**
 * Whether a window of a canonical answer has the very same logits here, to the last bit. Only where machines of one class are known to
 * compute alike does a difference prove anything.
 *
 * @param trace of that window, evaluated in canonical mode
 */
export function isWindowExact(generation: Generation, window: number, trace: LogitTrace): boolean {
  const from = window * WINDOW_TOKENS
  const tokenIds = generation.tokenIds.slice(from, from + WINDOW_TOKENS)
  const told = generation.windows[window]
  if (told === undefined || tokenIds.length === 0 || trace.ids.length !== tokenIds.length * trace.top) {
    return false
  }
  const previous = window === 0 ? promptDigest(generation.promptTokenIds) : generation.windows[window - 1]?.hash
  return previous !== undefined && equalBytes(windowHash(previous, tokenIds, trace), told.hash)
}
