/** Bounds how many requests are given to a second miner while the first is late. */
export interface HedgeBudget {
  /** A request has begun. */
  earn(): void
  /** False when too many were hedged lately. */
  spend(): boolean
}

/** Of a hundred requests, so many: a network that is slow as a whole must not get twice the work. */
const SHARE = 0.1
/** Hedges that may come one after another. */
const BURST = 2

export function createHedgeBudget(): HedgeBudget {
  let left = BURST
  return {
    earn() {
      left = Math.min(BURST, left + SHARE)
    },
    spend() {
      if (left < 1) {
        return false
      }
      left -= 1
      return true
    }
  }
}
