/**
 * What the command line asks a running router, without any HTTP framework.
 *
 * @packageDocumentation
 */
import {
  type AbortOptions,
  type Clock,
  type CompletionEvent,
  type CompletionRequest,
  errorMessage,
  type GatewayModel,
  type GatewayStatus,
  type TaskReceipt
} from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { readBounded } from '../body.js'
import { ApiError } from '../errors.js'
import type { ErrorBody } from '../http-error.js'
import { modelFromWire, type WireModelList } from '../wire/model.js'
import { receiptFromWire, type WireReceipt } from '../wire/receipt.js'
import { statusFromWire, type WireStatus } from '../wire/status.js'
import { complete } from './complete.js'

export { ApiError, type ApiErrorCode } from '../errors.js'

export interface ApiClientInit {
  /** Of the router, e.g. `http://127.0.0.1:8080`, without `/v1`. */
  url: string
  /** Needs the scope `inference`. */
  key?: string
  /** Of one request, in ms. @default 10000 */
  timeoutMs?: number
  /** @default the real one */
  clock?: Clock
  /** @default the global one */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
}

export interface RouterHealth {
  /** Something answers. */
  live: boolean
  /** It takes tasks. */
  ready: boolean
}

/** Every method but `health` and `complete` throws `API_UNREACHABLE` or `API_REQUEST_FAILED`, the latter with `details.status` and `details.code`. */
export interface ApiClient {
  status(options?: AbortOptions): Promise<GatewayStatus>
  models(options?: AbortOptions): Promise<GatewayModel[]>
  /** Null when the router does not know the task. */
  receipt(taskId: string, options?: AbortOptions): Promise<TaskReceipt | null>
  health(options?: AbortOptions): Promise<RouterHealth>
  /** Streams an answer; what goes wrong is its last event. */
  complete(request: CompletionRequest, options?: AbortOptions): AsyncIterable<CompletionEvent>
}

const DEFAULT_TIMEOUT_MS = 10_000
/** The status of a network of several thousand nodes. */
const MAX_ANSWER_BYTES = 8_388_608

interface Answer {
  status: number
  body: unknown
}

export function createApiClient(init: ApiClientInit): ApiClient {
  const base = init.url.replace(/\/+$/, '')
  const send = init.fetch ?? fetch
  const clock = init.clock ?? createRealClock()
  const headers: Record<string, string> = init.key === undefined ? {} : { authorization: `Bearer ${init.key}` }

  async function request(path: string, { signal }: AbortOptions = {}): Promise<Answer> {
    const timeout = new AbortController()
    const timeoutMs = init.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const cancel = clock.after(timeoutMs, () =>
      timeout.abort(new ApiError('API_UNREACHABLE', `no answer within ${timeoutMs} ms`))
    )
    try {
      const response = await send(`${base}${path}`, {
        headers,
        signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal])
      })
      const bytes = response.body === null ? new Uint8Array() : await readBounded(response.body, MAX_ANSWER_BYTES)
      return { status: response.status, body: bytes === null ? undefined : parse(bytes) }
    } catch (cause) {
      signal?.throwIfAborted()
      throw new ApiError(
        'API_UNREACHABLE',
        `Nothing answers at ${base} (${reasonOf(cause)}). Check the URL and that the router runs.`,
        {
          cause
        }
      )
    } finally {
      cancel()
    }
  }

  /** `mark` is a key that tells our answer from another server's. */
  async function get<T extends object>(path: string, mark: keyof T & string, options?: AbortOptions): Promise<T> {
    const { status, body } = await request(path, options)
    if (status === 200 && typeof body === 'object' && body !== null && mark in body) {
      return body as T
    }
    const error = (body as Partial<ErrorBody> | undefined | null)?.error
    throw new ApiError(
      'API_REQUEST_FAILED',
      error?.message ?? `${base}${path} answered ${status} in a form that is not this API's. Check the URL.`,
      { details: { status, code: error?.code ?? 'unknown' } }
    )
  }

  return {
    status: async (options) => statusFromWire(await get<WireStatus>('/status', 'networkId', options)),
    models: async (options) => (await get<WireModelList>('/v1/models', 'data', options)).data.map(modelFromWire),
    async receipt(taskId, options) {
      try {
        return receiptFromWire(await get<WireReceipt>(`/v1/receipts/${encodeURIComponent(taskId)}`, 'miner', options))
      } catch (error) {
        if (error instanceof ApiError && error.details?.code === 'receipt_not_found') {
          return null
        }
        throw error
      }
    },
    async health(options) {
      const probe = async (path: string): Promise<boolean> => {
        try {
          return (await request(path, options)).status === 200
        } catch (error) {
          options?.signal?.throwIfAborted()
          if (error instanceof ApiError) {
            return false
          }
          throw error
        }
      }
      const live = await probe('/health')
      return { live, ready: live && (await probe('/ready')) }
    },
    complete: (request, options) => complete({ base, headers, send }, request, options)
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** Of fetch's own errors the cause is the telling part. */
function reasonOf(error: unknown): string {
  return errorMessage(error instanceof Error && error.cause !== undefined ? error.cause : error)
}
