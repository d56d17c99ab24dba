import { type AbortOptions, type Clock, errorMessage } from '@cortensor/interface'
import { bytesToUtf8, concatBytes } from '@cortensor/utils'
import { chainError, notStarted, RpcRefusal } from './errors.js'
import { asObject } from './values.js'

export interface RpcInit {
  /** Tried in order, from the one that answered last. */
  urls: readonly string[]
  /** For one try at one URL, in ms. */
  timeoutMs: number
  clock: Clock
}

/** JSON-RPC over HTTP with deadlines, bounded answers and fall-back URLs. */
export interface Rpc {
  /** Throws `RpcRefusal` when the RPC says no, and `CHAIN_RPC_UNREACHABLE` when no URL answers. */
  call(method: string, params?: readonly unknown[], options?: AbortOptions): Promise<unknown>
  /** Ends what is under way and resolves when nothing is. */
  close(): Promise<void>
}

/** Largest answer that is read: logs of a busy range are split by the caller before they come near it. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024
/** Each URL gets two tries; a single one that restarts is back within this pause more often than not. */
const ROUNDS = 2
const ROUND_PAUSE_MS = 250

/** Host only: paths and queries of RPC URLs hold access keys. */
function displayName(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an invalid URL'
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_RESPONSE_BYTES) {
      throw chainError('CHAIN_RPC_UNREACHABLE', 'The RPC answered with too much data; use another RPC')
    }
    chunks.push(chunk)
  }
  return bytesToUtf8(concatBytes(...chunks))
}

function openAnswer(method: string, status: number, text: string): unknown {
  let answer: Record<string, unknown>
  try {
    answer = asObject(JSON.parse(text))
  } catch (error) {
    throw chainError('CHAIN_RPC_UNREACHABLE', `HTTP status ${status} without a JSON-RPC answer`, { cause: error })
  }
  if (answer.error !== undefined) {
    const error = asObject(answer.error)
    const inner = error.data
    // Some RPCs wrap the return data once more.
    const data = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>).data : inner
    const hex = typeof data === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(data) ? data : null
    throw new RpcRefusal(method, Number(error.code ?? 0), String(error.message ?? '').slice(0, 500), hex)
  }
  if (answer.result === undefined) {
    throw chainError('CHAIN_RPC_UNREACHABLE', `HTTP status ${status} without a JSON-RPC answer`)
  }
  return answer.result
}

export function createRpc(init: RpcInit): Rpc {
  const closing = new AbortController()
  const pending = new Set<Promise<unknown>>()
  let preferred = 0
  let nextId = 1

  const post = async (url: string, method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> => {
    const controller = new AbortController()
    const abort = (): void => controller.abort()
    const cancel = init.clock.after(init.timeoutMs, () => {
      controller.abort(chainError('CHAIN_TIMEOUT', `no answer within ${init.timeoutMs} ms`))
    })
    // Not AbortSignal.any: the long-lived signals would keep every request's listener.
    signal?.addEventListener('abort', abort, { once: true })
    closing.signal.addEventListener('abort', abort, { once: true })
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: nextId++, method, params }),
        signal: controller.signal
      })
      return openAnswer(method, response.status, await readBounded(response))
    } finally {
      cancel()
      signal?.removeEventListener('abort', abort)
      closing.signal.removeEventListener('abort', abort)
    }
  }

  const attempt = async (method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown> => {
    let failure: unknown
    for (let i = 0; i < init.urls.length * ROUNDS; i++) {
      if (i > 0 && i % init.urls.length === 0) {
        await init.clock.sleep(ROUND_PAUSE_MS, { signal })
      }
      signal?.throwIfAborted()
      if (closing.signal.aborted) {
        break
      }
      const index = (preferred + (i % init.urls.length)) % init.urls.length
      try {
        const result = await post(init.urls[index] as string, method, params, signal)
        preferred = index
        return result
      } catch (error) {
        signal?.throwIfAborted()
        if (error instanceof RpcRefusal) {
          throw error
        }
        failure = error
      }
    }
    if (closing.signal.aborted) {
      throw notStarted()
    }
    const cause = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure
    const names = init.urls.map(displayName).join(', ')
    throw chainError(
      'CHAIN_RPC_UNREACHABLE',
      `Cannot reach the chain's RPC at ${names} (${errorMessage(cause)}). Check that the URL is right and that the chain is running.`,
      { cause: failure, details: { rpc: names, method } }
    )
  }

  return {
    async call(method, params = [], options) {
      const signal = options?.signal
      signal?.throwIfAborted()
      const run = attempt(method, params, signal)
      pending.add(run)
      try {
        return await run
      } finally {
        pending.delete(run)
      }
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...pending])
    }
  }
}
