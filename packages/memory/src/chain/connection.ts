import { commitDigest } from '@cortensor/contracts'
import {
  type AbortOptions,
  type Address,
  type Chain,
  type ChainCall,
  type ChainReceipt,
  type Clock,
  type Committee,
  type Deployment,
  type FollowOptions,
  isCortensorError
} from '@cortensor/interface'
import { createDeferred } from '@cortensor/utils'
import { abortable } from '../abortable.js'
import { chainError } from '../errors.js'
import type { Blockchain, Transaction } from './blockchain.js'
import { minimumStakeOf, packedSignatures } from './execute.js'
import { follow } from './follower.js'
import type { Ledger } from './ledger.js'

export interface ConnectionInit {
  account: Address | null
  clock: Clock
  blockchain: Blockchain
  ledger: Ledger
  committee: Committee
  deployment: Deployment
  isOut: () => boolean
  /** Registers for news of the chain; the returned function ends that. */
  onNews: (listener: () => void, wait?: NewsWait) => () => void
}

/** What somebody waits for: a block of these kinds of events, when it and what follows it are so many. */
export interface NewsWait extends Pick<FollowOptions, 'only'> {
  confirmations: number
}

/** `eth_call` needs a sender; without an account it is nobody. */
const NOBODY = `0x${'00'.repeat(20)}` as Address

const notStarted = (): Error => chainError('CHAIN_NOT_STARTED', 'The chain adapter is not running; call start() first')

/** One account's view of the shared chain. */
export function createConnection(init: ConnectionInit): Chain {
  const { account, clock, blockchain, ledger } = init
  const { rpcLatencyMs, sendTimeoutMs, chainId } = ledger.settings
  let life: AbortController | undefined

  const running = (): AbortController => {
    if (life === undefined) {
      throw notStarted()
    }
    return life
  }
  /** What every request goes through before it is answered. */
  const reach = async (options: AbortOptions | undefined): Promise<void> => {
    options?.signal?.throwIfAborted()
    running()
    if (rpcLatencyMs > 0) {
      await clock.sleep(rpcLatencyMs, { signal: options?.signal })
      running()
    }
    if (init.isOut()) {
      throw chainError('CHAIN_RPC_UNREACHABLE', "The chain's RPC does not answer; check its URL")
    }
  }
  /** Resolves at the next news of the chain that matters, or when the signal aborts. */
  const change = async (signal: AbortSignal, hasNews = (): boolean => true, wait?: NewsWait): Promise<void> => {
    const changed = createDeferred<void>()
    const stop = init.onNews(() => {
      if (hasNews()) {
        changed.resolve()
      }
    }, wait)
    try {
      await abortable(changed.promise, signal)
      await (rpcLatencyMs > 0 ? clock.sleep(rpcLatencyMs, { signal }) : undefined)
    } catch {
      // Only an abort can get here, and the follower looks at the signal itself.
    } finally {
      stop()
    }
  }
  const wait = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
    const timeout = createDeferred<never>()
    const cancel = clock.after(sendTimeoutMs, () => {
      timeout.reject(chainError('CHAIN_TIMEOUT', `The call was in no block after ${sendTimeoutMs} ms; it may still get into one`))
    })
    try {
      return await abortable(Promise.race([promise, timeout.promise]), signal)
    } finally {
      cancel()
    }
  }
  const signalOf = (options: AbortOptions | undefined): AbortSignal =>
    options?.signal === undefined ? running().signal : AbortSignal.any([options.signal, running().signal])

  /** The transaction's block once it lies deep enough, whatever reorgs do to it; null when one has lost it. */
  const settle = async (transaction: Transaction, confirmations: number, signal: AbortSignal): Promise<ChainReceipt | null> => {
    const receipt = await transaction.receipt.promise
    for (;;) {
      const block = blockchain.blockOf(transaction)
      if (block === undefined && !blockchain.isInLine(transaction)) {
        return null
      }
      if (block !== undefined && blockchain.head.ref.number - block.ref.number + 1 >= confirmations) {
        if (transaction.failure !== null) {
          throw transaction.failure
        }
        return { ...receipt, block: { ...block.ref } }
      }
      await change(signal)
      signal.throwIfAborted()
    }
  }

  /** The receipt of a commit that is on the chain already, whoever sent it. */
  const known = async (call: ChainCall, confirmations: number, signal: AbortSignal): Promise<ChainReceipt | null> => {
    const found = call.type === 'commitEpoch' ? ledger.commits[call.commit.epoch - 1] : undefined
    if (call.type !== 'commitEpoch' || found?.digest !== commitDigest(call.commit)) {
      return null
    }
    const transaction = blockchain.transactionOf(found.block, found.transactionHash)
    return transaction === undefined ? null : await settle(transaction, confirmations, signal)
  }

  const submit = async (from: Address, call: ChainCall, confirmations: number, signal: AbortSignal): Promise<ChainReceipt> => {
    const signers = await blockchain.recoverSigners(call)
    for (;;) {
      try {
        blockchain.dryRun(from, call, signers)
      } catch (error) {
        // Calls of one account are in order: an earlier one may be what this one builds on.
        if (!blockchain.isWaiting(from)) {
          throw error
        }
        await change(signal)
        signal.throwIfAborted()
        continue
      }
      const receipt = await wait(settle(blockchain.submit(from, call, signers), confirmations, signal), signal)
      if (receipt !== null) {
        return receipt
      }
    }
  }

  const send = async (from: Address, call: ChainCall, confirmations: number, signal: AbortSignal): Promise<ChainReceipt> => {
    try {
      return await submit(from, call, confirmations, signal)
    } catch (error) {
      const found = isCortensorError(error) && error.code === 'CHAIN_REVERTED' ? await known(call, confirmations, signal) : null
      if (found === null) {
        throw error
      }
      return found
    }
  }

  return {
    account,
    async start() {
      life ??= new AbortController()
    },
    async stop() {
      life?.abort(notStarted())
      life = undefined
    },
    chainId() {
      running()
      return chainId
    },
    deployment() {
      running()
      return { ...init.deployment }
    },
    async head(options) {
      await reach(options)
      return { ...blockchain.head.ref }
    },
    async block(number, options) {
      await reach(options)
      const block = blockchain.blocks[number]
      return block === undefined ? null : { ...block.ref }
    },
    async committee(options) {
      await reach(options)
      return structuredClone(init.committee)
    },
    async lastCommit(options) {
      await reach(options)
      return structuredClone(ledger.commits.at(-1) ?? null)
    },
    async views({ from, to, ...options }) {
      await reach(options)
      if (to > ledger.commits.length) {
        throw chainError('CHAIN_RPC_UNREACHABLE', `The chain has not all commits of epochs ${from} to ${to}`)
      }
      return ledger.commits.slice(from - 1, to).map(({ config, epoch, view }) => ({ config, epoch, view }))
    },
    async commit(epoch, options) {
      await reach(options)
      return structuredClone(ledger.commits[epoch - 1] ?? null)
    },
    async attestations(epoch, options) {
      await reach(options)
      const commit = ledger.commits[epoch - 1]
      const call = commit === undefined ? undefined : blockchain.callOf(commit.block, commit.transactionHash)
      return commit === undefined || call?.type !== 'commitEpoch'
        ? null
        : structuredClone({ commit, committee: init.committee, attestations: packedSignatures(call) })
    },
    async registrations(options) {
      await reach(options)
      return ledger.registrationsAt(options?.toBlock ?? blockchain.head.ref.number)
    },
    async sessions(options) {
      await reach(options)
      const all = ledger.sessionsAt(options?.toBlock ?? blockchain.head.ref.number)
      return all.filter(({ id }) => options?.ids?.includes(id) ?? true)
    },
    async funding(options) {
      await reach(options)
      const funded = ledger.fundedAt(options?.toBlock ?? blockchain.head.ref.number)
      return { funded, maxRewardPerSecond: ledger.settings.maxRewardPerSecond }
    },
    async minimumStake(roles, options) {
      await reach(options)
      return minimumStakeOf(ledger, roles)
    },
    async stake(operator, nodeId, options) {
      await reach(options)
      const node = ledger.node(operator, nodeId)
      return node === null ? null : { amount: node.registration.stake, releaseAtMs: node.releaseAtMs }
    },
    async claimed(operator, options) {
      await reach(options)
      return ledger.claimed.get(operator) ?? 0n
    },
    async balances(of, options) {
      await reach(options)
      return { native: ledger.nativeOf(of), token: ledger.tokensOf(of) }
    },
    async simulate(call, options) {
      await reach(options)
      blockchain.dryRun(account ?? NOBODY, call, await blockchain.recoverSigners(call))
    },
    async send(call, options) {
      await reach(options)
      if (account === null) {
        throw chainError('CHAIN_NO_ACCOUNT', 'This chain adapter only reads; give it an operator key to send')
      }
      return await send(account, call, Math.max(1, options?.confirmations ?? 1), signalOf(options))
    },
    async *follow(fromBlock, options) {
      const signal = signalOf(options)
      const confirmations = Math.max(1, options?.confirmations ?? 1)
      const { isOut } = init
      const only = options?.only
      const wait = { confirmations, only }
      const onChange = (hasNews: () => boolean): Promise<void> => change(signal, hasNews, wait)
      yield* follow({ blockchain, fromBlock, confirmations, only, signal, isOut, change: onChange })
    }
  }
}
