import type { Chain, Clock, CommittedEpoch, Logger } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { keepRunning } from '@cortensor/utils'

export interface FollowEpochsInit {
  chain: Chain
  clock: Clock
  logger: Logger
  /** Must not wait for slow work. */
  onEpoch: (commit: CommittedEpoch) => void
}

/**
 * Tells of every commit as soon as the chain shows it, until the signal aborts. A chain that fails is followed again from its
 * head on.
 */
export async function followEpochs({ chain, clock, logger, onEpoch }: FollowEpochsInit, signal: AbortSignal): Promise<void> {
  const follow = async (): Promise<void> => {
    const from = (await chain.head({ signal })).number
    for await (const event of chain.follow(from, { only: ['epoch'], signal })) {
      if (event.type === 'epoch') {
        onEpoch(event.commit)
      }
    }
  }
  const onError = (error: unknown): void =>
    logger.warn('The chain could not be followed for epochs; trying again', { error: errorMessage(error) })
  await keepRunning(follow, { clock, onError }, signal)
}
