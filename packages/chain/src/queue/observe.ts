import type { Address, BlockRef, CortensorError } from '@cortensor/interface'
import type { CallData } from '../calls.js'
import { currentFees } from '../fees.js'
import { fetchHead, fetchHeader } from '../headers.js'
import { isReverted, refusalToError, revertedError, UNKNOWN_REASON } from '../reverts.js'
import type { Rpc } from '../rpc.js'
import { asHex32, asObject, asQuantity, asSafeNumber, toBlockRef, toQuantity } from '../values.js'
import { entryInDoubt, hasOldGap } from './reduce.js'
import { type Entry, type Mined, newestOf, type Observation, type QueueContext, type QueueState } from './state.js'

export interface ObserverInit {
  rpc: Rpc
  account: Address
  maxFeePerGas: bigint
}

export const requestOf = (account: Address, { to, data }: CallData) => ({
  from: account,
  data,
  ...(to === null ? {} : { to })
})

/** The contract's refusal of a call on the state after a block, or null when it would take it. */
export async function refusalOf(
  rpc: Rpc,
  account: Address,
  call: CallData,
  at: number | 'latest'
): Promise<CortensorError | null> {
  try {
    await rpc.call('eth_call', [requestOf(account, call), at === 'latest' ? at : toQuantity(at)])
    return null
  } catch (error) {
    const known = refusalToError(error)
    if (isReverted(known)) {
      return known as CortensorError
    }
    throw error
  }
}

/**
 * Why a mined transaction failed: run again on the state before its block, then after it, where a call that lost a race within the
 * block fails.
 */
export async function explainFailure(rpc: Rpc, account: Address, call: CallData, blockNumber: number): Promise<unknown> {
  for (const number of [blockNumber - 1, blockNumber]) {
    const refusal = await refusalOf(rpc, account, call, number).catch(() => null)
    if (refusal !== null) {
      return refusal
    }
  }
  return revertedError({ reason: UNKNOWN_REASON, text: 'it failed in its block' })
}

export function createObserver({ account, maxFeePerGas, rpc }: ObserverInit) {
  const count = async (tag: 'latest' | 'pending'): Promise<number> =>
    asSafeNumber(await rpc.call('eth_getTransactionCount', [account, tag]))

  /** Undefined when the receipt is of a block that the chain has left since: the look was not sharp. */
  const minedOf = async (
    entry: Entry,
    blockAt: (number: number) => Promise<BlockRef | null>
  ): Promise<Mined | null | undefined> => {
    for (const { hash } of entry.versions.toReversed()) {
      const found = await rpc.call('eth_getTransactionReceipt', [hash])
      if (found !== null) {
        const receipt = asObject(found)
        const block = await blockAt(asSafeNumber(receipt.blockNumber))
        return block === null || block.hash !== asHex32(receipt.blockHash)
          ? undefined
          : { hash, block, isSuccess: asQuantity(receipt.status) === 1n, gasUsed: asQuantity(receipt.gasUsed) }
      }
    }
    return null
  }

  return {
    count,
    fees: () => currentFees(rpc, maxFeePerGas),

    async look(context: QueueContext, state: QueueState, nowMs: number): Promise<Observation> {
      const [head, used] = await Promise.all([fetchHead(rpc), count('latest')])
      const blocks = new Map<number, Promise<BlockRef | null>>()
      const blockAt = (number: number): Promise<BlockRef | null> => {
        const known = blocks.get(number)
        const block = known ?? fetchHeader(rpc, number).then((header) => (header === null ? null : toBlockRef(header)))
        blocks.set(number, block)
        return block
      }
      const open = state.entries.filter(({ isTold, mined, nonce }) => nonce < used && (!isTold || mined === null))
      const found = await Promise.all(open.map(async (entry) => [entry.nonce, await minedOf(entry, blockAt)] as const))
      const mined = new Map(found.flatMap(([nonce, each]) => (each === undefined ? [] : [[nonce, each] as const])))
      const doubtful = entryInDoubt(context, state, used, nowMs)
      const isCall = doubtful !== null && doubtful.call !== null && newestOf(doubtful).kind === 'call'
      const [fees, refusal] = await Promise.all([
        doubtful !== null || hasOldGap(context, state, nowMs) ? currentFees(rpc, maxFeePerGas) : null,
        isCall ? refusalOf(rpc, account, doubtful.call as CallData, 'latest') : null
      ])
      const doom = refusal === null ? null : { reason: String(refusal.details?.reason), text: refusal.message }
      return { nowMs, headNumber: head.number, used, mined, fees, doom }
    }
  }
}
