import type { ModelId, SessionId, TaskId, TokenAmount, UnixMs } from '@cortensor/interface'
import { feeOf, OPEN_SESSION } from '@cortensor/protocols'
import type { Reservation, SessionBook } from '../sessions/session-book.js'
import type { AttemptOutcome } from './run-attempt.js'

/** The highest price that may be paid for this request, or why none. Under the open session everything is free. */
export async function maxPriceOf(
  session: SessionId,
  model: ModelId,
  book: SessionBook,
  maxPriceMicroPerKilotoken: number | undefined
): Promise<number | string> {
  if (session === OPEN_SESSION) {
    return 0
  }
  const cover = await book.cover(session, model)
  return cover.isCovered
    ? Math.min(cover.maxPriceMicroPerKilotoken, maxPriceMicroPerKilotoken ?? cover.maxPriceMicroPerKilotoken)
    : cover.reason
}

export const tooDear = (most: TokenAmount): string =>
  `This request may cost ${most} micro-COR, more than the session has left; ask for fewer tokens, or add to its deposit`

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
