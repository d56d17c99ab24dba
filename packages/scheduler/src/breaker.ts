import type { UnixMs } from '@cortensor/interface'

/** Keeps tasks away from a miner that keeps failing. */
export interface Breaker {
  /** In a row. */
  failures: number
  /** No tasks before; one of them is a trial. 0 while nothing is wrong. */
  openUntilMs: UnixMs
}

export const CLOSED: Breaker = { failures: 0, openUntilMs: 0 }

/** One failure may be chance, three in a row are not. */
const TRIPS_AFTER = 3
const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 600_000

/** After a failure past the limit the pause doubles; a success ends it. */
export function afterAttempt(breaker: Breaker, succeeded: boolean, nowMs: UnixMs): Breaker {
  if (succeeded) {
    return CLOSED
  }
  const failures = breaker.failures + 1
  const doublings = failures - TRIPS_AFTER
  const pauseMs = doublings < 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(doublings, 10))
  return { failures, openUntilMs: pauseMs === 0 ? 0 : nowMs + pauseMs }
}

/** Has failed so often in a row that it rests, or may be tried again. */
export const isTripped = ({ failures }: Breaker): boolean => failures >= TRIPS_AFTER

export const isOpen = ({ openUntilMs }: Breaker, nowMs: UnixMs): boolean => nowMs < openUntilMs

/** Its pause is over, and the next task decides: one at a time. */
export const isOnTrial = (breaker: Breaker, nowMs: UnixMs): boolean => isTripped(breaker) && nowMs >= breaker.openUntilMs
