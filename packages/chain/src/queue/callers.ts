import type { Address, ChainReceipt, Clock, Logger } from '@cortensor/interface'
import { createDeferred, type Deferred } from '@cortensor/utils'
import type { CallData } from '../calls.js'
import { chainError, notStarted } from '../errors.js'
import { revertedError } from '../reverts.js'
import type { Rpc } from '../rpc.js'
import { explainFailure } from './observe.js'
import type { Entry, Outcome } from './state.js'

export interface CallersInit {
  rpc: Rpc
  account: Address
  clock: Clock
  /** A caller hears `CHAIN_TIMEOUT` after this long, in ms. */
  sendTimeoutMs: number
  logger: Logger | undefined
}

/** A call's nonce, and the one who waits for its end. */
export interface Waiter {
  nonce: number
  receipt: Deferred<ChainReceipt>
}

/** Those who wait for their calls, and what became of calls that nobody waits for. */
export function createCallers(init: CallersInit) {
  const { account, clock, logger, rpc, sendTimeoutMs } = init
  const waiting = new Map<number, Deferred<ChainReceipt>>()
  const untold = new Map<number, Outcome>()

  const toResult = async (entry: Entry, outcome: Outcome): Promise<ChainReceipt> => {
    switch (outcome.type) {
      case 'mined': {
        const { block, gasUsed, hash } = outcome.mined
        return { transactionHash: hash, block: { ...block }, gasUsed }
      }
      case 'failed':
        throw entry.call === null ? notStarted() : await explainFailure(rpc, account, entry.call, outcome.mined.block.number)
      case 'given-up':
        throw revertedError({ reason: outcome.reason, text: outcome.text.replace(/^The contract refused the call: /, '') })
      case 'taken': {
        const message = `Another transaction of ${account} took nonce ${entry.nonce}, and this call was not made; use a key in one process only`
        throw chainError('CHAIN_NONCE_TAKEN', message, { details: { nonce: entry.nonce } })
      }
    }
  }

  const add = (nonce: number): Waiter => {
    const receipt = createDeferred<ChainReceipt>()
    waiting.set(nonce, receipt)
    return { nonce, receipt }
  }

  return {
    add,
    has: (nonce: number): boolean => waiting.has(nonce),
    get size() {
      return waiting.size
    },

    tell(entry: Entry, outcome: Outcome): void {
      const waiter = waiting.get(entry.nonce)
      waiting.delete(entry.nonce)
      if (waiter === undefined) {
        untold.set(entry.nonce, outcome)
        logger?.info('a transaction of an earlier call has come to its end', { nonce: entry.nonce, outcome: outcome.type })
      } else {
        toResult(entry, outcome).then(waiter.resolve, waiter.reject)
      }
    },

    forget(nonce: number): void {
      untold.delete(nonce)
    },

    /** An equal call of which nobody waits to hear. */
    findOrphan: (entries: readonly Entry[], call: CallData): Entry | undefined =>
      entries.find(
        (entry) =>
          entry.call !== null &&
          entry.call.to === call.to &&
          entry.call.data === call.data &&
          entry.givenUp === null &&
          !waiting.has(entry.nonce) &&
          (!entry.isTold || untold.has(entry.nonce))
      ),

    join(entry: Entry): Waiter {
      const outcome = untold.get(entry.nonce)
      if (outcome === undefined) {
        return add(entry.nonce)
      }
      untold.delete(entry.nonce)
      const receipt = createDeferred<ChainReceipt>()
      toResult(entry, outcome).then(receipt.resolve, receipt.reject)
      return { nonce: entry.nonce, receipt }
    },

    /** The call's end, the caller's abort or the deadline, whichever is first. After the latter two an equal call may join it. */
    async wait({ nonce, receipt }: Waiter, signal?: AbortSignal): Promise<ChainReceipt> {
      const early = createDeferred<ChainReceipt>()
      const leave = (reason: unknown): void => {
        if (waiting.get(nonce) === receipt) {
          waiting.delete(nonce)
        }
        early.reject(reason)
      }
      const onAbort = (): void => leave(signal?.reason)
      const cancel = clock.after(sendTimeoutMs, () => {
        const message = `The transaction was not mined within ${sendTimeoutMs} ms; it may still be. The same call again waits for this one`
        leave(chainError('CHAIN_TIMEOUT', message, { details: { nonce } }))
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      try {
        if (signal?.aborted === true) {
          onAbort()
        }
        return await Promise.race([receipt.promise, early.promise])
      } finally {
        cancel()
        signal?.removeEventListener('abort', onAbort)
      }
    },

    close(): void {
      for (const receipt of waiting.values()) {
        receipt.reject(notStarted())
      }
      waiting.clear()
    }
  }
}
