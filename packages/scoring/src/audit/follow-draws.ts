import {
  type Chain,
  type Clock,
  type CommittedEpoch,
  type EpochNumber,
  errorMessage,
  type Hex32,
  type Logger
} from '@cortensor/interface'
import { keepRunning, LruMap } from '@cortensor/utils'
import { drawBlockOf } from './draw.js'

export interface FollowDrawsInit {
  chain: Chain
  clock: Clock
  logger: Logger
  confirmationDepth: number
  /**
   * An epoch's audits can be drawn: the last two at the start, then each as it is committed, and again if another block draws it after a
   * reorganisation of the chain. It must not wait for slow work.
   */
  onDrawable: (commit: CommittedEpoch, blockHash: Hex32) => void
}

/** Those whose audits may still be open. */
const OPEN_EPOCHS = 2

/** Wait before the chain is asked for a block again, in ms: about one block of a fast chain. */
const BLOCK_MS = 1_000

/** Tells of every epoch when the block is there that draws its audits, until the signal aborts. */
export async function followDraws(init: FollowDrawsInit, signal: AbortSignal): Promise<void> {
  const { chain, clock, confirmationDepth, logger } = init
  const told = new LruMap<string, true>(2 * OPEN_EPOCHS)
  /** Waits for the block, which others may have seen before. */
  const blockHashOf = async (number: number): Promise<Hex32> => {
    for (;;) {
      const block = await chain.block(number, { signal })
      if (block !== null) {
        return block.hash
      }
      await clock.sleep(BLOCK_MS, { signal })
    }
  }
  const take = async (commit: CommittedEpoch, isThere: () => Promise<boolean>): Promise<void> => {
    const hash = await blockHashOf(drawBlockOf(commit.block.number, confirmationDepth))
    const key = `${commit.digest}/${hash}`
    if (!told.has(key) && (await isThere())) {
      told.set(key, true)
      init.onDrawable(commit, hash)
    }
  }
  const follow = async (): Promise<void> => {
    const from = (await chain.head({ signal })).number
    // Who was restarted owes the auditors of its last answers what it owed them before.
    const last = await chain.lastCommit({ signal })
    const before = last === null || last.epoch <= 1 ? null : await chain.commit((last.epoch - 1) as EpochNumber, { signal })
    for (const commit of [before, last]) {
      if (commit !== null) {
        // The chain may leave it while its block is waited for.
        await take(commit, async () => (await chain.commit(commit.epoch, { signal }))?.digest === commit.digest)
      }
    }
    // As deep as the block that draws lies above it.
    const confirmations = drawBlockOf(0, confirmationDepth) + 1
    for await (const event of chain.follow(from, { only: ['epoch'], confirmations, signal })) {
      if (event.type === 'epoch') {
        await take(event.commit, async () => true)
      }
    }
  }
  const onError = (error: unknown): void =>
    logger.warn('The chain could not be followed for audits; trying again', { error: errorMessage(error) })
  await keepRunning(follow, { clock, onError }, signal)
}
