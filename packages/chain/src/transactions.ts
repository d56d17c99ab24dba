import {
  type Address,
  type ChainReceipt,
  type Clock,
  errorMessage,
  type KeyValue,
  type Logger,
  type Metrics,
  type SendOptions
} from '@cortensor/interface'
import { computeAddress, type SigningKey } from 'ethers'
import type { CallData } from './calls.js'
import { chainError, notStarted, RpcRefusal } from './errors.js'
import { createCallers, type Waiter } from './queue/callers.js'
import { createQueueMachine } from './queue/machine.js'
import { createQueueMetrics } from './queue/metrics.js'
import { createObserver, requestOf } from './queue/observe.js'
import { createQueueRecords } from './queue/records.js'
import { createTransactionSigner } from './queue/sign.js'
import { type Entry, newestOf, type QueueContext, type QueueEffect } from './queue/state.js'
import { refusalToError } from './reverts.js'
import type { Rpc } from './rpc.js'
import { asQuantity, toAddress } from './values.js'

export interface TransactionQueueInit {
  rpc: Rpc
  key: SigningKey
  chainId: number
  clock: Clock
  /** Between two looks for receipts, in ms. */
  pollIntervalMs: number
  /** The oldest transaction that is not mined after this long is sent again with higher fees, in ms. */
  stuckAfterMs: number
  /** What is not mined after this long is sent again as it is, in ms. @default 5_000, at most `stuckAfterMs` */
  resendAfterMs?: number | undefined
  /** The caller hears `CHAIN_TIMEOUT` after this long; the transaction itself goes on, in ms. */
  sendTimeoutMs: number
  /** Blocks that must hold and follow a transaction, at least 1. */
  confirmations: number
  /** What was sent is kept for this many blocks, in case that a reorg undoes it. @default 64 */
  forgetDepth?: number | undefined
  /** No transaction pays more for gas, in the coin's smallest unit. */
  maxFeePerGas: bigint
  /** Holds what was sent, for the next process. @default none: it is lost with the process */
  keyValue?: KeyValue | undefined
  /** Names the chain and its contracts in the store's keys; a chain that starts anew has another. */
  scope?: string | undefined
  metrics?: Metrics | undefined
  logger?: Logger | undefined
}

/** Sends from one account, in the order of the calls. */
export interface TransactionQueue {
  readonly account: Address
  /** Takes over what an earlier process left, and goes on with it. `send` does so too. */
  start(): Promise<void>
  /**
   * A call that is equal to one under way, of which nobody waits to hear, joins it: whoever repeats a call after a crash or a timeout
   * does not send it twice.
   */
  send(call: CallData, options?: SendOptions): Promise<ChainReceipt>
  stop(): Promise<void>
}

/** Calls in line and in flight; more are refused, since a chain takes only a few dozen of one account in a block. */
const MAX_PENDING = 256
/** Room over the estimate: the state may have moved when the transaction is mined. */
const GAS_MARGIN = { numerator: 5n, denominator: 4n }
/** EIP-7825: no transaction may have more. */
const MAX_GAS = 1n << 24n
/** A transaction of somebody else with the same key took the nonce, and the call is tried with a fresh one. */
const NONCE_ATTEMPTS = 3
/** When all callers have heard, only a reorg can bring news. */
const IDLE_FACTOR = 4

export function createTransactionQueue(init: TransactionQueueInit): TransactionQueue {
  const { clock, key, logger, rpc } = init
  const account = toAddress(computeAddress(key))
  const context: QueueContext = {
    sign: createTransactionSigner(key, account, init.chainId),
    resendAfterMs: Math.min(init.resendAfterMs ?? 5_000, init.stuckAfterMs),
    stuckAfterMs: init.stuckAfterMs,
    forgetDepth: init.forgetDepth ?? 64,
    maxFeePerGas: init.maxFeePerGas
  }
  const observer = createObserver({ rpc, account, maxFeePerGas: init.maxFeePerGas })
  const records = createQueueRecords(init.keyValue ?? null, `chain/queue/${init.scope ?? init.chainId}/${account}`)
  const metrics = createQueueMetrics(init.metrics)
  const closing = new AbortController()
  const { sendTimeoutMs } = init
  const callers = createCallers({ rpc, account, clock, sendTimeoutMs, logger })
  const machine = createQueueMachine({ context, records, metrics, isAwaited: callers.has })
  let loaded: Promise<void> | undefined
  let line: Promise<unknown> = Promise.resolve()
  let inLine = 0
  let driver: Promise<void> | undefined
  let nap = new AbortController()

  const broadcast = async (entry: Entry): Promise<void> => {
    try {
      await rpc.broadcast('eth_sendRawTransaction', [newestOf(entry).raw])
    } catch (error) {
      // It may have arrived all the same, and whatever was refused now may be taken later: it stays in flight and is sent again.
      const text = error instanceof RpcRefusal ? error.text : ''
      if (/underpriced|fee too low|max fee per gas less than/i.test(text)) {
        await machine.dispatch({ type: 'underpriced', nonce: entry.nonce, nowMs: clock.now() })
      }
      if (!/already known|already imported|known transaction|nonce too low/i.test(text)) {
        logger?.warn('a transaction was not taken and is sent again', { nonce: entry.nonce, error: errorMessage(error) })
      }
    }
  }

  const run = async (effects: readonly QueueEffect[]): Promise<void> => {
    for (const effect of effects) {
      if (effect.type === 'tell') {
        metrics.outcomes.inc({ outcome: effect.outcome.type })
        callers.tell(effect.entry, effect.outcome)
      } else if (effect.type === 'forget') {
        callers.forget(effect.nonce)
      } else if (effect.type === 'send') {
        const { entry, why } = effect
        metrics.sends.inc({ why })
        if (why !== 'new') {
          logger?.warn('transaction is not mined and is sent again', { nonce: entry.nonce, why, versions: entry.versions.length })
        }
        await broadcast(entry)
      }
    }
  }

  const drive = async (): Promise<void> => {
    while (machine.state.entries.length > 0 && !closing.signal.aborted) {
      const isIdle = machine.state.entries.every(({ isTold }) => isTold)
      try {
        nap = new AbortController()
        await clock.sleep(init.pollIntervalMs * (isIdle ? IDLE_FACTOR : 1), { signal: nap.signal }).catch(() => {})
        if (closing.signal.aborted) {
          return
        }
        const observation = await observer.look(context, machine.state, clock.now())
        await run(await machine.dispatch({ type: 'look', observation }))
      } catch (error) {
        if (!closing.signal.aborted) {
          logger?.warn('looking for receipts failed and is tried again', { error: errorMessage(error) })
          await clock.sleep(init.pollIntervalMs, { signal: closing.signal }).catch(() => {})
        }
      }
    }
  }

  const wakeDriver = (): void => {
    nap.abort()
    if (driver === undefined && !closing.signal.aborted) {
      driver = drive().finally(() => {
        driver = undefined
        // An entry may have come after the last look at their number.
        if (machine.state.entries.length > 0 && !closing.signal.aborted) {
          wakeDriver()
        }
      })
    }
  }

  const load = async (): Promise<void> => {
    const found = await records.load(clock.now())
    machine.restore(found.state)
    if (found.unreadable > 0) {
      logger?.error('records of sent transactions cannot be read; nonces that the chain waits for will be filled', {
        records: found.unreadable
      })
    }
    if (machine.state.entries.length > 0) {
      logger?.info('going on with the transactions of an earlier process', { transactions: machine.state.entries.length })
      wakeDriver()
    }
  }

  const start = (): Promise<void> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }

  /** Tries the call before it takes a nonce, so that one which would revert, or cannot be paid, burns none. */
  const submit = async (call: CallData, confirmations: number): Promise<Waiter> => {
    const orphan = callers.findOrphan(machine.state.entries, call)
    if (orphan !== undefined) {
      return callers.join(orphan)
    }
    const estimate = asQuantity(await rpc.call('eth_estimateGas', [requestOf(account, call), 'pending']))
    const margin = (estimate * GAS_MARGIN.numerator) / GAS_MARGIN.denominator
    const gasLimit = margin > MAX_GAS ? MAX_GAS : margin
    const [used, pending, fees, balance] = await Promise.all([
      observer.count('latest'),
      observer.count('pending'),
      observer.fees(),
      rpc.call('eth_getBalance', [account, 'latest'])
    ])
    if (asQuantity(balance) < gasLimit * fees.maxFeePerGas) {
      throw chainError('CHAIN_INSUFFICIENT_FUNDS', 'The account cannot pay for gas; send it native coin', {
        details: { account }
      })
    }
    const effects = await machine.dispatch({
      type: 'take',
      call,
      gasLimit,
      confirmations,
      fees,
      used,
      pending,
      nowMs: clock.now()
    })
    const nonce = effects.flatMap((effect) => (effect.type === 'record' ? [effect.entry.nonce] : []))[0] as number
    const waiter = callers.add(nonce)
    await run(effects)
    wakeDriver()
    return waiter
  }

  const enter = async (call: CallData, options: SendOptions | undefined) => {
    const submitted = line.then(async () => {
      options?.signal?.throwIfAborted()
      if (closing.signal.aborted) {
        throw notStarted()
      }
      await start()
      return await submit(call, Math.max(1, options?.confirmations ?? init.confirmations))
    })
    line = submitted.catch(() => {})
    return await submitted
  }

  return {
    account,
    start,
    async send(call, options) {
      options?.signal?.throwIfAborted()
      if (inLine + callers.size >= MAX_PENDING) {
        throw chainError('CHAIN_TIMEOUT', `${MAX_PENDING} calls of this account are waiting already; send fewer at a time`)
      }
      for (let attempt = 1; ; attempt++) {
        inLine += 1
        const submitted = enter(call, options).finally(() => {
          inLine -= 1
        })
        try {
          return await callers.wait(await submitted, options?.signal)
        } catch (error) {
          const known = refusalToError(error)
          const isTaken = known instanceof Error && 'code' in known && known.code === 'CHAIN_NONCE_TAKEN'
          if (!isTaken || attempt >= NONCE_ATTEMPTS) {
            throw known
          }
          logger?.warn('another transaction took the nonce of a call, which is sent anew', { error: errorMessage(known) })
        }
      }
    },
    async stop() {
      closing.abort()
      nap.abort()
      await loaded?.catch(() => {})
      await line
      await driver
      await machine.settled()
      callers.close()
    }
  }
}
