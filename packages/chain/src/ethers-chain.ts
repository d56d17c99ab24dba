import {
  type AbortOptions,
  type Address,
  type Chain,
  type ChainCall,
  type ChainEvent,
  type Clock,
  type Deployment,
  errorMessage,
  type FollowOptions,
  type KeyValue,
  type Logger,
  type Metrics,
  type Rng,
  type SendOptions
} from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { computeAddress, SigningKey } from 'ethers'
import { encodeCall } from './calls.js'
import { chainError, notStarted } from './errors.js'
import { follow } from './follower.js'
import { createReader, findDeployment } from './reader.js'
import { refusalToError } from './reverts.js'
import { createRpc, type EndpointStatus, type Rpc } from './rpc.js'
import { sendCommit } from './send-commit.js'
import { createTransactionQueue, type TransactionQueue } from './transactions.js'
import { toAddress } from './values.js'

export interface EthersChainInit {
  /** HTTP JSON-RPC endpoints of one chain, in order of preference; at least one. Those of another chain are left out. */
  rpcUrls: readonly string[]
  /** Everything else is found from here. */
  registry: Address
  /** secp256k1 key of the account that sends, 32 bytes as hex. @default none: a reader */
  privateKey?: `0x${string}`
  /** `start` refuses another chain. @default that of the first URL that answers */
  expectedChainId?: number
  /** A URL whose head is this many blocks behind the best one is not read from. @default 5 */
  maxLagBlocks?: number
  /** A URL whose head is older is not read from while another has a younger one, in ms. @default 600_000 */
  maxHeadAgeMs?: number
  /** Between two looks at the heads of all URLs, where there are several, in ms. @default 10_000 */
  healthIntervalMs?: number
  /** Between two looks at the chain while following or waiting, in ms. @default 500 */
  pollIntervalMs?: number
  /** For one try of a request at one URL, in ms. @default 10_000 */
  requestTimeoutMs?: number
  /** Blocks that must hold and follow what was sent. @default 1 */
  confirmations?: number
  /** The oldest transaction that is not mined after this long is sent again with higher fees, in ms. @default 30_000 */
  stuckAfterMs?: number
  /** What is not mined after this long is sent again as it is, in ms. @default 5_000 */
  resendAfterMs?: number
  /** What was sent is kept for this many blocks, in case that a reorg undoes it. @default 64 */
  forgetDepth?: number
  /** `send` throws `CHAIN_TIMEOUT` after this long, in ms. @default 180_000 */
  sendTimeoutMs?: number
  /** No transaction pays more for gas, in the coin's smallest unit. @default 500 gwei */
  maxFeePerGas?: bigint
  /** Started; holds what was sent, for the next process. @default none: what is under way is lost with the process */
  keyValue?: KeyValue
  /** @default the system's */
  clock?: Clock
  /** Spreads retries. @default from the system's chance */
  rng?: Rng
  metrics?: Metrics
  logger?: Logger
}

/** The port, and what only this adapter has. */
export interface EthersChain extends Chain {
  /** What is known of each RPC URL, in their order; nothing before `start`. */
  endpoints(): EndpointStatus[]
}

interface Running {
  rpc: Rpc
  chainId: number
  deployment: Deployment
  reader: ReturnType<typeof createReader>
  queue: TransactionQueue | null
  stopped: AbortController
}

const DEFAULT_MAX_FEE = 500_000_000_000n
/** `eth_call` needs a sender; without an account it is nobody. */
const NOBODY = `0x${'00'.repeat(20)}` as Address

function parseKey(privateKey: `0x${string}` | undefined): SigningKey | null {
  if (privateKey === undefined) {
    return null
  }
  if (!/^0x[0-9a-fA-F]{64}$/.test(privateKey)) {
    throw chainError('CHAIN_NO_ACCOUNT', 'The operator key must be 0x and 64 hex digits')
  }
  return new SigningKey(privateKey)
}

/**
 * The chain over JSON-RPC. `start` throws `CHAIN_RPC_UNREACHABLE`, `CHAIN_WRONG_CHAIN` or `CHAIN_NO_CONTRACT`, each saying what to
 * check.
 */
export function createEthersChain(init: EthersChainInit): EthersChain {
  const clock = init.clock ?? createRealClock()
  const pollIntervalMs = init.pollIntervalMs ?? 500
  const key = parseKey(init.privateKey)
  const account = key === null ? null : toAddress(computeAddress(key))
  let running: Running | undefined
  let starting: Promise<void> | undefined

  const open = async (rpc: Rpc): Promise<Running> => {
    const chainId = await rpc.chainId()
    const deployment = await findDeployment(rpc, toAddress(init.registry))
    const queue =
      key === null
        ? null
        : createTransactionQueue({
            rpc,
            key,
            chainId,
            clock,
            pollIntervalMs,
            stuckAfterMs: init.stuckAfterMs ?? 30_000,
            sendTimeoutMs: init.sendTimeoutMs ?? 180_000,
            confirmations: init.confirmations ?? 1,
            maxFeePerGas: init.maxFeePerGas ?? DEFAULT_MAX_FEE,
            resendAfterMs: init.resendAfterMs,
            forgetDepth: init.forgetDepth,
            keyValue: init.keyValue,
            // A development chain that starts anew has the same id and the same addresses.
            scope: `${chainId}/${deployment.registry}/${deployment.genesisMs}`,
            metrics: init.metrics,
            logger: init.logger
          })
    await queue?.start()
    return { rpc, chainId, deployment, reader: createReader(rpc, deployment), queue, stopped: new AbortController() }
  }

  const begin = async (): Promise<void> => {
    if (init.rpcUrls.length === 0) {
      throw chainError('CHAIN_RPC_UNREACHABLE', 'No RPC URL is given; name at least one')
    }
    const rpc = createRpc({
      urls: init.rpcUrls,
      timeoutMs: init.requestTimeoutMs ?? 10_000,
      clock,
      chainId: init.expectedChainId,
      maxLagBlocks: init.maxLagBlocks,
      maxHeadAgeMs: init.maxHeadAgeMs,
      healthIntervalMs: init.healthIntervalMs,
      rng: init.rng,
      metrics: init.metrics,
      logger: init.logger
    })
    try {
      running = await open(rpc)
    } catch (error) {
      await rpc.close()
      init.logger?.debug('chain did not start', { error: errorMessage(error) })
      throw error
    }
  }

  const get = (): Running => {
    if (running === undefined) {
      throw notStarted()
    }
    return running
  }

  return {
    account,
    async start() {
      if (running === undefined) {
        starting ??= begin().finally(() => {
          starting = undefined
        })
        await starting
      }
    },
    async stop() {
      await starting?.catch(() => {})
      const ending = running
      running = undefined
      if (ending !== undefined) {
        ending.stopped.abort()
        const closed = ending.rpc.close()
        await ending.queue?.stop()
        await closed
      }
    },
    endpoints: () => running?.rpc.status() ?? [],
    chainId: () => get().chainId,
    deployment: () => ({ ...get().deployment }),
    head: async (options) => get().reader.head(options),
    block: async (number, options) => get().reader.block(number, options),
    committee: async (options) => get().reader.committee(options),
    lastCommit: async (options) => get().reader.lastCommit(options),
    commit: async (epoch, options) => get().reader.commit(epoch, options),
    views: async (options) => get().reader.views(options),
    attestations: async (epoch, options) => get().reader.attestations(epoch, options),
    registrations: async (options) => get().reader.registrations(options),
    sessions: async (options) => get().reader.sessions(options),
    funding: async (options) => get().reader.funding(options),
    minimumStake: async (roles, options) => get().reader.minimumStake(roles, options),
    stake: async (operator, nodeId, options) => get().reader.stake(operator, nodeId, options),
    claimed: async (operator, options) => get().reader.claimed(operator, options),
    balances: async (of, options) => get().reader.balances(of, options),
    async simulate(call: ChainCall, options?: AbortOptions) {
      const { rpc, deployment } = get()
      const { to, data } = encodeCall(call, deployment)
      try {
        await rpc.call('eth_call', [{ from: account ?? NOBODY, to, data }, 'latest'], options)
      } catch (error) {
        throw refusalToError(error)
      }
    },
    async send(call: ChainCall, options?: SendOptions) {
      const { deployment, queue, reader, rpc } = get()
      if (queue === null) {
        throw chainError('CHAIN_NO_ACCOUNT', 'This chain adapter only reads; give it an operator key to send')
      }
      const data = encodeCall(call, deployment)
      if (call.type !== 'commitEpoch') {
        return await queue.send(data, options)
      }
      const confirmations = options?.confirmations ?? init.confirmations ?? 1
      const sender = { queue, reader, rpc, clock, pollIntervalMs, confirmations }
      return await sendCommit(sender, call.commit, data, options)
    },
    async *follow(fromBlock: number, options?: FollowOptions): AsyncGenerator<ChainEvent, void> {
      const { rpc, deployment, stopped } = get()
      const controller = new AbortController()
      const abort = (): void => controller.abort()
      const sources = [stopped.signal, ...(options?.signal === undefined ? [] : [options.signal])]
      for (const source of sources) {
        source.addEventListener('abort', abort, { once: true })
      }
      if (sources.some((source) => source.aborted)) {
        abort()
      }
      try {
        const confirmations = Math.max(1, options?.confirmations ?? 1)
        const follower = { rpc, deployment, clock, pollIntervalMs, confirmations, logger: init.logger }
        for await (const event of follow(follower, fromBlock, controller.signal)) {
          if (event.type === 'reorg' || (options?.only?.includes(event.type) ?? true)) {
            yield event
          }
        }
      } finally {
        abort()
        for (const source of sources) {
          source.removeEventListener('abort', abort)
        }
      }
    }
  }
}
