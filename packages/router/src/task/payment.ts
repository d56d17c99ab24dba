import type { ModelId, SessionId, TaskId, TokenAmount, UnixMs } from '@cortensor/interface'
import { feeOf, OPEN_SESSION } from '@cortensor/protocols'
import { type MatchPolicy, OPEN_POLICY } from '@cortensor/scheduler'
import type { Reservation, SessionBook } from '../sessions/session-book.js'
import type { AttemptOutcome } from './run-attempt.js'

/** What a session asks of matching, and pays at most. */
export interface TaskTerms {
  policy: MatchPolicy
  maxPriceMicroPerKilotoken: number
  /** The only one that it is for; null for any. */
  model: ModelId | null
}

/** The terms of this request's session, or why it does not cover the request. Under the open session everything is free. */
export async function termsOf(
  session: SessionId,
  model: ModelId | null,
  book: SessionBook,
  maxPriceMicroPerKilotoken: number | undefined
): Promise<TaskTerms | string> {
  if (session === OPEN_SESSION) {
    return { policy: OPEN_POLICY, maxPriceMicroPerKilotoken: 0, model: null }
  }
  const cover = await book.cover(session, model)
  if (!cover.isCovered) {
    return cover.reason
  }
  const { maxPriceMicroPerKilotoken: sessionMax, model: only, policy } = cover
  return { policy, maxPriceMicroPerKilotoken: Math.min(sessionMax, maxPriceMicroPerKilotoken ?? sessionMax), model: only }
}

/** What a header says, in micro-COR for 1,000 tokens: what the miner asks, and at least the model's base price as far as the session pays it. */
export const headerPrice = (askedMicroPerKilotoken: number, basePrice: number, terms: TaskTerms): number =>
  Math.max(askedMicroPerKilotoken, Math.min(basePrice, terms.maxPriceMicroPerKilotoken))

export interface Closing {
  assigned: TaskId | null
  outcome: AttemptOutcome | null
  most: TokenAmount
  priceMicroPerKilotoken: number
  expiryMs: UnixMs
}

/** A miner that was assigned may have its answer reported, whatever this router saw of it; only a decline costs nothing. */
export function closeReservation(
  reservation: Reservation | null,
  { assigned, expiryMs, most, outcome, priceMicroPerKilotoken }: Closing
): void {
  if (assigned === null || outcome?.type === 'declined') {
    reservation?.release()
  } else {
    const isKnown = outcome?.type === 'completed'
    const cost = isKnown ? feeOf(priceMicroPerKilotoken, outcome.usage.completionTokens) : most
    reservation?.keep(assigned, cost, expiryMs)
  }
}
