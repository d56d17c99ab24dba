import type { AbortOptions, Address, Chain, ChainCall, ChainReceipt, Clock, Committee, Deployment } from '@cortensor/interface'
import { createDeferred } from '@cortensor/utils'
import { abortable } from '../abortable.js'
import { chainError } from '../errors.js'
import type { Blockchain } from './blockchain.js'
import { minimumStakeOf, packedSignatures, rewardLimitAt } from './execute.js'
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
  onNews: (listener: () => void) => () => void
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
  /** Resolves at the next news of the chain, or when the signal aborts. */
  const change = async (signal: AbortSignal): Promise<void> => {
    const changed = createDeferred<void>()
    const stop = init.onNews(changed.resolve)
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

  const send = async (from: Address, call: ChainCall, signal: AbortSignal): Promise<ChainReceipt> => {
    const signers = await blockchain.recoverSigners(call)
    for (;;) {
      try {
        blockchain.dryRun(from, call, signers)
        break
      } catch (error) {
        // Calls of one account are in order: an earlier one may be what this one builds on.
        if (!blockchain.isWaiting(from)) {
          throw error
        }
        await change(signal)
        signal.throwIfAborted()
      }
    }
    return await wait(blockchain.submit(from, call, signers).receipt.promise, signal)
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
    async rewardLimit(options) {
      await reach(options)
      const { ref } = blockchain.blocks[options?.toBlock ?? blockchain.head.ref.number] ?? blockchain.head
      return rewardLimitAt(ledger, ref)
    },
    async minimumStake(roles, options) {
      await reach(options)
      return minimumStakeOf(ledger, roles)
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
      return await send(account, call, signalOf(options))
    },
    async *follow(fromBlock, options) {
      const signal = signalOf(options)
      yield* follow({ blockchain, fromBlock, signal, isOut: init.isOut, change: () => change(signal) })
    }
  }
}
