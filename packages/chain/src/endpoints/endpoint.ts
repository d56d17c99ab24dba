import { type Clock, errorMessage, type Logger, type Rng } from '@cortensor/interface'
import { chainError, RpcRefusal } from '../errors.js'
import { asObject, asSafeNumber } from '../values.js'
import { type Health, type HealthEvent, reduceHealth, UNCHECKED } from './health.js'
import type { RpcMetrics } from './metrics.js'
import { displayName, post, toTarget } from './post.js'

/** What the URLs of one chain share. */
export interface EndpointContext {
  clock: Clock
  /** For one try, in ms. */
  timeoutMs: number
  rng: Rng
  metrics: RpcMetrics
  logger: Logger | undefined
  /** Null until the first URL has said which chain it is, where none is expected. */
  chain: { id: number | null }
  /** With others to compare heads with, a check asks for the head too. */
  hasPeers: boolean
  closing: AbortSignal
  track: <T>(work: Promise<T>) => Promise<T>
}

/** One RPC URL. */
export interface Endpoint {
  /** Holds no access key. */
  readonly name: string
  /** Its place in the list, from 1: metrics must not show host names, which may hold access keys. */
  readonly label: string
  readonly health: Health
  /** The last one. */
  readonly failure: unknown
  /** What becomes of it is noted, unless the caller has left. */
  request(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown>
  /** Before it is used first, and after each failure: what answers there now may be another chain. */
  ensureChecked(): Promise<void>
  wrongChain(): Error
}

export function createEndpoint(context: EndpointContext, url: string, index: number): Endpoint {
  const { chain, clock, closing, logger, metrics } = context
  const name = displayName(url)
  const label = String(index + 1)
  const target = toTarget(url)
  let health = UNCHECKED
  let failure: unknown = null
  let foundChainId = 0
  let nextId = 1
  /** One is enough for all who wait. */
  let checking: Promise<void> | null = null

  const note = (event: HealthEvent): void => {
    const before = health.state
    health = reduceHealth(health, event)
    const { head, state } = health
    metrics.up.set(state === 'up' ? 1 : 0, { rpc: label })
    if (head !== null) {
      metrics.head.set(head.number, { rpc: label })
    }
    if (state === 'down' && before === 'up') {
      logger?.warn('an RPC does not answer and is left alone for a while', { rpc: name, error: errorMessage(failure) })
    }
  }

  const noteHead = (method: string, params: readonly unknown[], result: unknown): void => {
    if (method === 'eth_getBlockByNumber' && params[0] === 'latest' && result !== null) {
      const { number, timestamp } = asObject(result)
      const head = { number: asSafeNumber(number), timestampMs: asSafeNumber(timestamp) * 1000, observedAtMs: clock.now() }
      note({ type: 'head', head })
    }
  }

  const request: Endpoint['request'] = async (method, params, signal) => {
    const startedMs = clock.now()
    const done = (outcome: 'answered' | 'refused' | 'failed'): void => {
      metrics.requests.inc({ rpc: label, outcome })
      metrics.seconds.observe((clock.now() - startedMs) / 1000, { rpc: label })
      if (outcome !== 'failed') {
        note({ type: 'answered', latencyMs: clock.now() - startedMs })
      }
    }
    try {
      if (target === null) {
        throw chainError('CHAIN_RPC_UNREACHABLE', 'it must start with http:// or https://')
      }
      const { timeoutMs } = context
      const result = await post({ target, id: nextId++, method, params, timeoutMs, clock, signals: [signal, closing] })
      noteHead(method, params, result)
      done('answered')
      return result
    } catch (error) {
      if (signal?.aborted === true || closing.aborted) {
        throw error
      }
      if (error instanceof RpcRefusal) {
        done('refused')
        throw error
      }
      failure = error
      done('failed')
      note({ type: 'failed', atMs: clock.now(), chance: context.rng.next() })
      throw error
    }
  }

  const wrongChain = () =>
    chainError(
      'CHAIN_WRONG_CHAIN',
      `The RPC ${name} serves chain ${foundChainId}, but this network is on chain ${chain.id}; use another RPC URL`,
      { details: { chainId: foundChainId, expectedChainId: chain.id ?? 0, rpc: name } }
    )

  const check = async (): Promise<void> => {
    foundChainId = asSafeNumber(await request('eth_chainId', []))
    chain.id ??= foundChainId
    if (foundChainId !== chain.id) {
      logger?.warn('an RPC serves another chain and is not used', {
        rpc: name,
        chainId: foundChainId,
        expectedChainId: chain.id
      })
      note({ type: 'checked', isRight: false })
      throw wrongChain()
    }
    if (context.hasPeers) {
      await request('eth_getBlockByNumber', ['latest', false])
    }
    note({ type: 'checked', isRight: true })
  }

  return {
    name,
    label,
    get health() {
      return health
    },
    get failure() {
      return failure
    },
    request,
    wrongChain,
    async ensureChecked() {
      if (health.state !== 'up') {
        checking ??= context.track(check()).finally(() => {
          checking = null
        })
        await checking
      }
    }
  }
}
