import type { Clock } from '@cortensor/interface'

/** Numbers that rise with every call, also over restarts, as long as the clock does not go back by more than was sent. */
export function createSequence(clock: Clock): () => number {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(clock.now()))
    return last
  }
}
