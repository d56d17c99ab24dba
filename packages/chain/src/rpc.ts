import { type AbortOptions, type Clock, errorMessage, type Logger, type Metrics, type Rng } from '@cortensor/interface'
import { createDeferred, createSeededRng } from '@cortensor/utils'
import { createEndpoint, type Endpoint, type EndpointContext } from './endpoints/endpoint.js'
import { type Health, isBehind, lagOf, rank } from './endpoints/health.js'
import { createRpcMetrics } from './endpoints/metrics.js'
import { chainError, notStarted, RpcRefusal } from './errors.js'
import { asSafeNumber } from './values.js'

export interface RpcInit {
  /** Of one chain, in order of preference. */
  urls: readonly string[]
  /** For one try at one URL, in ms. */
  timeoutMs: number
  clock: Clock
  /** Every URL is asked for it before it is used; another one is never asked again. @default that of the first URL that answers */
  chainId?: number | undefined
  /** A URL whose head is this many blocks behind the best one is not read from. @default 5 */
  maxLagBlocks?: number | undefined
  /** A URL whose head is older is not read from while another has a younger one, in ms. @default 600_000 */
  maxHeadAgeMs?: number | undefined
  /** Between two looks at the heads of all URLs, where there are several, in ms. @default 10_000 */
  healthIntervalMs?: number | undefined
  /** Spreads retries. @default from the system's chance */
  rng?: Rng | undefined
  metrics?: Metrics | undefined
  logger?: Logger | undefined
}

/** What is known of one URL; its name holds no access key. */
export interface EndpointStatus {
  name: string
  state: Health['state'] | 'behind'
  headNumber: number | null
  lagBlocks: number
  latencyMs: number | null
  failures: number
}

/** JSON-RPC over HTTP with deadlines, bounded answers, checked chains and fall-back URLs. */
export interface Rpc {
  /**
   * Throws `RpcRefusal` when the RPC says no, `CHAIN_RPC_UNREACHABLE` when no URL answers, `CHAIN_RPC_STALE` when those that answer are
   * behind, and `CHAIN_WRONG_CHAIN` when all serve another chain.
   */
  call(method: string, params?: readonly unknown[], options?: AbortOptions): Promise<unknown>
  /** Asks all URLs at once and takes the first good answer: what one of them drops, another may keep. Errors as those of `call`. */
  broadcast(method: string, params: readonly unknown[]): Promise<unknown>
  /** In the order of the URLs. */
  status(): EndpointStatus[]
  /** The chain that the URLs serve; asks one if none was asked yet. */
  chainId(options?: AbortOptions): Promise<number>
  /** Ends what is under way and resolves when nothing is. */
  close(): Promise<void>
}

/** Each URL gets two tries a call; a single one that restarts is back between them more often than not. */
const TRIES = 2
/** A call waits this long for a URL to become due again; then it fails, and its caller decides. */
const MAX_WAIT_MS = 1_000

const randomSeed = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')

export function createRpc(init: RpcInit): Rpc {
  const { clock, logger } = init
  const limits = { maxLagBlocks: init.maxLagBlocks ?? 5, maxHeadAgeMs: init.maxHeadAgeMs ?? 600_000 }
  const healthIntervalMs = init.healthIntervalMs ?? 10_000
  const rng = init.rng ?? createSeededRng(randomSeed())
  const metrics = createRpcMetrics(init.metrics)
  const closing = new AbortController()
  const pending = new Set<Promise<unknown>>()
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => pending.delete(tracked))
    tracked.catch(() => {})
    pending.add(tracked)
    return tracked
  }
  const context: EndpointContext = {
    clock,
    timeoutMs: init.timeoutMs,
    rng,
    metrics,
    logger,
    chain: { id: init.chainId ?? null },
    hasPeers: init.urls.length > 1,
    closing: closing.signal,
    track
  }
  const endpoints = init.urls.map((url, index) => createEndpoint(context, url, index))
  const names = endpoints.map(({ name }) => name).join(', ')
  let watch: (() => void) | undefined

  const healths = (): Health[] => endpoints.map(({ health }) => health)

  const unreachable = (method: string): Error => {
    const allWrong = endpoints.find(({ health }) => health.state === 'wrong-chain')
    if (allWrong !== undefined && endpoints.every(({ health }) => health.state === 'wrong-chain')) {
      return allWrong.wrongChain()
    }
    const nowMs = clock.now()
    const behind = endpoints.filter((each, i) => each.health.state === 'up' && isBehind(healths(), i, limits, nowMs))
    const details = { rpc: names, method }
    if (behind.length > 0) {
      const list = behind.map(({ name }) => name).join(', ')
      const message = `Only RPCs that are behind the chain answer (${list}), and they are not read from; wait, or add another RPC URL`
      return chainError('CHAIN_RPC_STALE', message, { details })
    }
    const failures = endpoints.flatMap((each) => (each.failure === null ? [] : [each.failure]))
    const failure = failures.at(-1)
    const cause = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure
    const foreign = endpoints.filter(({ health }) => health.state === 'wrong-chain').map(({ name }) => name)
    const unused = foreign.length === 0 ? '' : ` ${foreign.join(', ')} serves another chain and is not used.`
    return chainError(
      'CHAIN_RPC_UNREACHABLE',
      `Cannot reach the chain's RPC at ${names} (${errorMessage(cause)}).${unused} Check that the URL is right and that the chain is running.`,
      { cause: failure, details }
    )
  }

  /** The caller's abort or ours ends the waiting for a check that others share. */
  const shared = async (work: Promise<void>, signal?: AbortSignal): Promise<void> => {
    if (signal === undefined) {
      return await work
    }
    const aborted = createDeferred<never>()
    const onAbort = (): void => aborted.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([work, aborted.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  const attempt = async (method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> => {
    const tries = endpoints.map(() => 0)
    for (;;) {
      signal?.throwIfAborted()
      if (closing.signal.aborted) {
        throw notStarted()
      }
      const isLeft = (place: number): boolean => (tries[place] ?? TRIES) < TRIES
      const next = rank(healths(), limits, clock.now(), true).find(isLeft)
      const resting = endpoints
        .map(({ health }, place) => ({ health, place }))
        .filter(({ health, place }) => health.state === 'down' && isLeft(place))
        .sort((a, b) => a.health.retryAtMs - b.health.retryAtMs)[0]
      const waitMs = resting === undefined ? Number.POSITIVE_INFINITY : resting.health.retryAtMs - clock.now()
      const isUntried = tries.every((count) => count === 0)
      if (next === undefined && waitMs > MAX_WAIT_MS && !isUntried) {
        throw unreachable(method)
      }
      if (next === undefined && waitMs <= MAX_WAIT_MS) {
        await clock.sleep(Math.max(waitMs, 1), { signal: signal ?? closing.signal })
        continue
      }
      // No call fails without a try: what was down when it was last asked may be back.
      const index = next ?? resting?.place
      if (index === undefined) {
        throw unreachable(method)
      }
      tries[index] = (tries[index] ?? 0) + 1
      const endpoint = endpoints[index] as Endpoint
      try {
        await shared(endpoint.ensureChecked(), signal)
        // The check may have shown that it is behind.
        if (isBehind(healths(), index, limits, clock.now())) {
          continue
        }
        return await endpoint.request(method, params, signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof RpcRefusal) {
          throw error
        }
      }
    }
  }

  /** Looks at the heads of all URLs, so that one which stands still is noticed, and one that is back is used again. */
  const lookAround = async (): Promise<void> => {
    const due = endpoints.filter(({ health }) => health.state !== 'wrong-chain' && health.retryAtMs <= clock.now())
    await Promise.allSettled(
      due.map(async (endpoint) => {
        const wasUp = endpoint.health.state === 'up'
        await endpoint.ensureChecked()
        if (wasUp) {
          await endpoint.request('eth_getBlockByNumber', ['latest', false])
        }
      })
    )
    const nowMs = clock.now()
    for (const [i, { label, name }] of endpoints.entries()) {
      const lag = lagOf(healths(), i, limits, nowMs)
      metrics.lag.set(lag, { rpc: label })
      if (isBehind(healths(), i, limits, nowMs)) {
        logger?.warn('an RPC is behind the chain and is not read from', { rpc: name, lagBlocks: lag })
      }
    }
  }

  const watchHeads = (): void => {
    if (watch !== undefined || endpoints.length < 2 || closing.signal.aborted) {
      return
    }
    const again = (): void => {
      const cancel = clock.after(healthIntervalMs * (0.75 + rng.next() / 2), () => {
        void track(lookAround()).finally(() => {
          if (!closing.signal.aborted) {
            again()
          }
        })
      })
      watch = cancel
    }
    again()
  }

  const call: Rpc['call'] = async (method, params = [], options) => {
    const signal = options?.signal
    signal?.throwIfAborted()
    watchHeads()
    try {
      return await track(attempt(method, params, signal))
    } catch (error) {
      signal?.throwIfAborted()
      throw closing.signal.aborted ? notStarted() : error
    }
  }

  return {
    call,
    async broadcast(method, params) {
      watchHeads()
      const places = rank(healths(), limits, clock.now(), false)
      if (places.length < 2) {
        return await call(method, params)
      }
      const sends = places.map(async (index) => {
        const endpoint = endpoints[index] as Endpoint
        await endpoint.ensureChecked()
        return await endpoint.request(method, params)
      })
      try {
        return await Promise.any(sends.map(track))
      } catch (error) {
        const refusal = (error as AggregateError).errors.find((each) => each instanceof RpcRefusal)
        throw closing.signal.aborted ? notStarted() : (refusal ?? unreachable(method))
      }
    },
    status: () =>
      endpoints.map(({ health, name }, i) => ({
        name,
        state: health.state === 'up' && isBehind(healths(), i, limits, clock.now()) ? 'behind' : health.state,
        headNumber: health.head?.number ?? null,
        lagBlocks: lagOf(healths(), i, limits, clock.now()),
        latencyMs: health.latencyMs,
        failures: health.failures
      })),
    async chainId(options) {
      return asSafeNumber(await call('eth_chainId', [], options))
    },
    async close() {
      watch?.()
      closing.abort()
      await Promise.allSettled([...pending])
    }
  }
}
