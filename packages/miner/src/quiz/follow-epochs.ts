import type { Chain, Clock, CommittedEpoch, Logger } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'

export interface FollowEpochsInit {
  chain: Chain
  clock: Clock
  logger: Logger
  /** Must not wait for slow work. */
  onEpoch: (commit: CommittedEpoch) => void
}

/** Wait before the chain is asked again, in ms: about one block of a fast chain. */
const RETRY_MS = 1_000

/**
 * Tells of every commit as soon as the chain shows it, until the signal aborts. A chain that fails is followed again from its
 * head on.
 */
export async function followEpochs({ chain, clock, logger, onEpoch }: FollowEpochsInit, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const from = (await chain.head({ signal })).number
      for await (const event of chain.follow(from, { signal })) {
        if (event.type === 'epoch') {
          onEpoch(event.commit)
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        logger.warn('The chain could not be followed for epochs; trying again', { error: errorMessage(error) })
        await clock.sleep(RETRY_MS, { signal }).catch(() => {})
      }
    }
  }
}
