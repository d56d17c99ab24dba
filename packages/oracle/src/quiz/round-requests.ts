import type { Chain, UnixMs } from '@cortensor/interface'
import type { RoundRequest } from '@cortensor/protocols'
import { CLOCK_TOLERANCE_MS } from '../options.js'

export interface RoundRequestsInit {
  chain: Pick<Chain, 'head'>
  /** A round opens this often, in ms. */
  quizIntervalMs: number
  /** How far ahead of the head the block is. */
  seedBlocks: number
}

/** What this oracle remembers of requests. */
export interface RoundRequests {
  /** False for one that names a block that is already there or far away, and for one that comes too soon after another. */
  take(request: RoundRequest, nowMs: UnixMs): Promise<boolean>
  /** The block that may be opened: named when nobody knew it, last of all, and not opened yet. */
  seedBlock(): number | null
  /** A round of this block was opened. */
  opened(seedBlock: number): void
}

/**
 * The request that came before the block which it names. A leader that has seen the block can leave the round unopened, and nothing else:
 * the next try is an interval away, for whoever leads then, and until then the next leader may open it.
 */
export function createRoundRequests({ chain, quizIntervalMs, seedBlocks }: RoundRequestsInit): RoundRequests {
  let waiting: number | null = null
  let takenMs: UnixMs | null = null
  return {
    async take({ seedBlock }, nowMs) {
      const { number } = await chain.head()
      // After the answer of the chain, so that of two at a time one is first.
      const isTooSoon = takenMs !== null && nowMs - takenMs < quizIntervalMs - CLOCK_TOLERANCE_MS
      // The sender's chain may be ahead of this one's.
      if (number >= seedBlock || seedBlock > number + 2 * seedBlocks || isTooSoon) {
        return false
      }
      waiting = seedBlock
      takenMs = nowMs
      return true
    },
    seedBlock: () => waiting,
    opened(seedBlock) {
      if (waiting === seedBlock) {
        waiting = null
      }
    }
  }
}
