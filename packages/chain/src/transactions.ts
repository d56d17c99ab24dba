import {
  type AbortOptions,
  type Address,
  type ChainReceipt,
  type Clock,
  errorMessage,
  type Hex32,
  type Logger
} from '@cortensor/interface'
import { createDeferred, type Deferred } from '@cortensor/utils'
import { computeAddress, type SigningKey, Transaction } from 'ethers'
import type { CallData } from './calls.js'
import { chainError, notStarted, RpcRefusal } from './errors.js'
import { bumpFees, currentFees, type Fees } from './fees.js'
import { fetchHead, fetchHeader } from './reader.js'
import { isReverted, refusalToError, revertedError, UNKNOWN_REASON } from './reverts.js'
import type { Rpc } from './rpc.js'
import { asHex32, asObject, asQuantity, asSafeNumber, toAddress, toBlockRef, toQuantity } from './values.js'

export interface TransactionQueueInit {
  rpc: Rpc
  key: SigningKey
  chainId: number
  clock: Clock
  /** Between two looks for receipts, in ms. */
  pollIntervalMs: number
  /** A transaction that is not mined after this long is sent again, the oldest one with higher fees, in ms. */
  stuckAfterMs: number
  /** The caller hears `CHAIN_TIMEOUT` after this long; the transaction itself goes on, in ms. */
  sendTimeoutMs: number
  /** Blocks that must hold and follow a transaction, at least 1. */
  confirmations: number
  /** No transaction pays more for gas, in the coin's smallest unit. */
  maxFeePerGas: bigint
  logger?: Logger | undefined
}

/** Sends from one account, in the order of the calls. */
export interface TransactionQueue {
  readonly account: Address
  send(call: CallData, options?: AbortOptions): Promise<ChainReceipt>
  stop(): Promise<void>
}

interface InFlight {
  call: CallData
  nonce: number
  gasLimit: bigint
  fees: Fees
  /** Of every version that was sent; any of them may be mined. */
  hashes: Hex32[]
  raw: string
  sentAtMs: number
  /** Looks at which the nonce was used and no receipt of ours was there. */
  missing: number
  done: Deferred<ChainReceipt>
}

/** Calls in line and in flight; more are refused, since a chain takes only a few dozen of one account in a block. */
const MAX_PENDING = 256
/** Room over the estimate: the state may have moved when the transaction is mined. */
const GAS_MARGIN = { numerator: 5n, denominator: 4n }
/** EIP-7825: no transaction may have more. */
const MAX_GAS = 1n << 24n
/** A foreign transaction took the nonce, and a fresh one is tried. */
const NONCE_ATTEMPTS = 3
/** An RPC may tell of a used nonce before it has the receipt. */
const MISSING_RECEIPTS = 10

export function createTransactionQueue(init: TransactionQueueInit): TransactionQueue {
  const { rpc, key, clock, logger } = init
  const account = toAddress(computeAddress(key))
  const closing = new AbortController()
  const inFlight = new Map<number, InFlight>()
  let line: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let driver: Promise<void> | undefined

  const transactionCount = async (tag: 'latest' | 'pending'): Promise<number> =>
    asSafeNumber(await rpc.call('eth_getTransactionCount', [account, tag]))

  const requestOf = ({ to, data }: CallData) => ({ from: account, data, ...(to === null ? {} : { to }) })

  const sign = (entry: InFlight): void => {
    const transaction = Transaction.from({
      type: 2,
      chainId: init.chainId,
      to: entry.call.to,
      data: entry.call.data,
      nonce: entry.nonce,
      gasLimit: entry.gasLimit,
      maxFeePerGas: entry.fees.maxFeePerGas,
      maxPriorityFeePerGas: entry.fees.maxPriorityFeePerGas
    })
    transaction.signature = key.sign(transaction.unsignedHash)
    entry.raw = transaction.serialized
    entry.hashes.push(asHex32(transaction.hash))
  }

  const broadcast = async (entry: InFlight): Promise<void> => {
    entry.sentAtMs = clock.now()
    try {
      await rpc.call('eth_sendRawTransaction', [entry.raw])
    } catch (error) {
      // It may have arrived all the same, so it stays in flight and is sent again.
      const isLost = !(error instanceof RpcRefusal)
      if (!isLost && !/already known|already imported|known transaction/i.test(error.message)) {
        throw error
      }
    }
  }

  /** Estimates before it takes a nonce, so that a call which would revert burns none. */
  const submit = async (call: CallData): Promise<InFlight> => {
    const estimate = asQuantity(await rpc.call('eth_estimateGas', [requestOf(call), 'pending']))
    const margin = (estimate * GAS_MARGIN.numerator) / GAS_MARGIN.denominator
    const gasLimit = margin > MAX_GAS ? MAX_GAS : margin
    for (let attempt = 1; ; attempt++) {
      const last = [...inFlight.keys()].at(-1)
      const nonce = Math.max(await transactionCount('pending'), last === undefined ? 0 : last + 1)
      const fees = await currentFees(rpc, init.maxFeePerGas)
      const done = createDeferred<ChainReceipt>()
      const entry: InFlight = { call, nonce, gasLimit, fees, hashes: [], raw: '', sentAtMs: 0, missing: 0, done }
      sign(entry)
      try {
        await broadcast(entry)
        inFlight.set(nonce, entry)
        driver ??= drive().finally(() => {
          driver = undefined
        })
        return entry
      } catch (error) {
        const isNonce = error instanceof RpcRefusal && /nonce too low|replacement/i.test(error.message)
        if (!isNonce || attempt >= NONCE_ATTEMPTS) {
          throw error
        }
      }
    }
  }

  /**
   * Why a mined transaction failed: run again on the state before its block, then after it, where a call that lost a race within the
   * block fails.
   */
  const explain = async (entry: InFlight, blockNumber: number): Promise<unknown> => {
    for (const number of [blockNumber - 1, blockNumber]) {
      try {
        await rpc.call('eth_call', [requestOf(entry.call), toQuantity(number)])
      } catch (error) {
        const known = refusalToError(error)
        if (isReverted(known)) {
          return known
        }
      }
    }
    return revertedError({ reason: UNKNOWN_REASON, text: 'it failed in its block' })
  }

  const findReceipt = async (entry: InFlight): Promise<Record<string, unknown> | null> => {
    for (const hash of [...entry.hashes].reverse()) {
      const receipt = await rpc.call('eth_getTransactionReceipt', [hash])
      if (receipt !== null) {
        return asObject(receipt)
      }
    }
    return null
  }

  /** True when the transaction has come to its end. */
  const settle = async (entry: InFlight): Promise<boolean> => {
    const receipt = await findReceipt(entry)
    if (receipt === null) {
      entry.missing += 1
      if (entry.missing < MISSING_RECEIPTS) {
        return false
      }
      const text = 'another transaction of this account took its place; use a key in one process only'
      entry.done.reject(revertedError({ reason: UNKNOWN_REASON, text }))
      return true
    }
    entry.missing = 0
    const number = asSafeNumber(receipt.blockNumber)
    if (init.confirmations > 1 && (await fetchHead(rpc)).number < number + init.confirmations - 1) {
      return false
    }
    if (asQuantity(receipt.status) !== 1n) {
      entry.done.reject(await explain(entry, number))
      return true
    }
    const header = await fetchHeader(rpc, number)
    if (header === null || header.hash !== asHex32(receipt.blockHash)) {
      return false
    }
    const gasUsed = asQuantity(receipt.gasUsed)
    entry.done.resolve({ transactionHash: asHex32(receipt.transactionHash), block: toBlockRef(header), gasUsed })
    return true
  }

  /** Sends again what has waited too long; only the oldest can hold up others, so only it pays more. */
  const push = async (entry: InFlight, isOldest: boolean): Promise<void> => {
    if (clock.now() - entry.sentAtMs < init.stuckAfterMs) {
      return
    }
    const fees = isOldest ? bumpFees(entry.fees, await currentFees(rpc, init.maxFeePerGas), init.maxFeePerGas) : null
    if (fees !== null) {
      entry.fees = fees
      sign(entry)
    }
    logger?.warn('transaction is not mined and is sent again', { nonce: entry.nonce, bumped: fees !== null })
    await broadcast(entry)
  }

  const look = async (): Promise<void> => {
    const mined = await transactionCount('latest')
    let oldest = true
    for (const entry of [...inFlight.values()]) {
      if (entry.nonce < mined) {
        if (await settle(entry)) {
          inFlight.delete(entry.nonce)
        }
      } else {
        await push(entry, oldest)
        oldest = false
      }
    }
  }

  const drive = async (): Promise<void> => {
    while (inFlight.size > 0 && !closing.signal.aborted) {
      try {
        await clock.sleep(init.pollIntervalMs, { signal: closing.signal })
        await look()
      } catch (error) {
        if (!closing.signal.aborted) {
          logger?.warn('looking for receipts failed and is tried again', { error: errorMessage(error) })
        }
      }
    }
  }

  /** The entry's end, the caller's abort or the deadline, whichever is first. */
  const wait = async (entry: InFlight, signal?: AbortSignal): Promise<ChainReceipt> => {
    const early = createDeferred<ChainReceipt>()
    const onAbort = (): void => early.reject(signal?.reason)
    const cancel = clock.after(init.sendTimeoutMs, () => {
      const message = `The transaction was not mined within ${init.sendTimeoutMs} ms; it may still be. Look at the account before you repeat it`
      early.reject(chainError('CHAIN_TIMEOUT', message, { details: { nonce: entry.nonce } }))
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      signal?.throwIfAborted()
      return await Promise.race([entry.done.promise, early.promise])
    } finally {
      cancel()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  return {
    account,
    async send(call, options) {
      const signal = options?.signal
      signal?.throwIfAborted()
      if (waiting + inFlight.size >= MAX_PENDING) {
        throw chainError('CHAIN_TIMEOUT', `${MAX_PENDING} calls of this account are waiting already; send fewer at a time`)
      }
      waiting += 1
      const submitted = line
        .then(async () => {
          signal?.throwIfAborted()
          if (closing.signal.aborted) {
            throw notStarted()
          }
          return await submit(call)
        })
        .finally(() => {
          waiting -= 1
        })
      line = submitted.catch(() => {})
      try {
        return await wait(await submitted, signal)
      } catch (error) {
        throw refusalToError(error)
      }
    },
    async stop() {
      closing.abort()
      await line
      await driver
      for (const entry of inFlight.values()) {
        entry.done.reject(notStarted())
      }
      inFlight.clear()
    }
  }
}
