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
  /** An epoch's audits can be drawn. Called once for each, the last two of them at the start; it must not wait for slow work. */
  onDrawable: (commit: CommittedEpoch, blockHash: Hex32) => void
}

/** Those whose audits may still be open. */
const OPEN_EPOCHS = 2

/** Tells of every epoch when the block is there that draws its audits, until the signal aborts. */
export async function followDraws(init: FollowDrawsInit, signal: AbortSignal): Promise<void> {
  const { chain, clock, confirmationDepth, logger } = init
  const told = new LruMap<string, true>(2 * OPEN_EPOCHS)
  const follow = async (): Promise<void> => {
    let waiting: CommittedEpoch[] = []
    const look = async (): Promise<void> => {
      const due = waiting
      waiting = []
      for (const commit of due) {
        const block = await chain.block(drawBlockOf(commit.block.number, confirmationDepth), { signal })
        if (block === null) {
          waiting.push(commit)
        } else if (!told.has(`${commit.digest}/${block.hash}`)) {
          told.set(`${commit.digest}/${block.hash}`, true)
          init.onDrawable(commit, block.hash)
        }
      }
    }
    const take = (commit: CommittedEpoch): void => {
      waiting = [...waiting, commit].slice(-OPEN_EPOCHS)
    }
    const from = (await chain.head({ signal })).number
    // Who was restarted owes the auditors of its last answers what it owed them before.
    const last = await chain.lastCommit({ signal })
    const before = last === null || last.epoch <= 1 ? null : await chain.commit((last.epoch - 1) as EpochNumber, { signal })
    for (const commit of [before, last]) {
      if (commit !== null) {
        take(commit)
      }
    }
    await look()
    for await (const event of chain.follow(from, { signal })) {
      if (event.type === 'epoch' && !waiting.some(({ digest }) => digest === event.commit.digest)) {
        take(event.commit)
      } else if (event.type === 'reorg') {
        waiting = waiting.filter(({ block }) => block.number <= event.ancestor.number)
      }
      await look()
    }
  }
  const onError = (error: unknown): void =>
    logger.warn('The chain could not be followed for audits; trying again', { error: errorMessage(error) })
  await keepRunning(follow, { clock, onError }, signal)
}
