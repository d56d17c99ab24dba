import { commitDigest } from '@cortensor/contracts'
import { ZERO_HEX32 } from '@cortensor/crypto'
import type { ChainReceipt, Clock, EpochCommit, SendOptions } from '@cortensor/interface'
import type { CallData } from './calls.js'
import type { createReader } from './reader.js'
import { isReverted } from './reverts.js'
import type { Rpc } from './rpc.js'
import type { TransactionQueue } from './transactions.js'
import { asObject, asQuantity } from './values.js'

export interface CommitSenderInit {
  queue: TransactionQueue
  reader: ReturnType<typeof createReader>
  rpc: Rpc
  clock: Clock
  pollIntervalMs: number
  confirmations: number
}

/** Reorgs that may take the commit away again while it is waited for. */
const MAX_ATTEMPTS = 5

/**
 * Every oracle may send the same commit, and the contract takes one. A refusal of ours because that one is on the chain already is no
 * failure: the receipt is that of the transaction that put it there.
 */
export async function sendCommit(
  init: CommitSenderInit,
  commit: EpochCommit,
  data: CallData,
  options: SendOptions | undefined
): Promise<ChainReceipt> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await init.queue.send(data, options)
    } catch (error) {
      if (!isReverted(error)) {
        throw error
      }
      const found = await findCommit(init, commit, options)
      if (found !== null) {
        return found
      }
      if (attempt >= MAX_ATTEMPTS || !(await isNext(init, commit, options))) {
        throw error
      }
    }
  }
}

/** True when the chain stands right before this commit: the refusal was of a branch that is gone. */
async function isNext(init: CommitSenderInit, commit: EpochCommit, options: SendOptions | undefined): Promise<boolean> {
  const last = await init.reader.lastCommit(options)
  return (last?.epoch ?? 0) + 1 === commit.epoch && (last?.digest ?? ZERO_HEX32) === commit.prev
}

/** The receipt of this very commit as soon as it lies deep enough; null when it is not on the chain. */
async function findCommit(
  { clock, confirmations, pollIntervalMs, reader, rpc }: CommitSenderInit,
  commit: EpochCommit,
  options: SendOptions | undefined
): Promise<ChainReceipt | null> {
  const digest = commitDigest(commit)
  for (;;) {
    const found = await reader.commit(commit.epoch, options)
    if (found === null || found.digest !== digest) {
      return null
    }
    const head = await reader.head(options)
    if (head.number - found.block.number + 1 >= confirmations) {
      const receipt = await rpc.call('eth_getTransactionReceipt', [found.transactionHash], options)
      if (receipt !== null) {
        const gasUsed = asQuantity(asObject(receipt).gasUsed)
        return { transactionHash: found.transactionHash, block: found.block, gasUsed }
      }
    }
    await clock.sleep(pollIntervalMs, { signal: options?.signal })
  }
}
