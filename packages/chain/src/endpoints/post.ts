import type { Clock } from '@cortensor/interface'
import { bytesToUtf8, concatBytes } from '@cortensor/utils'
import { chainError, RpcRefusal } from '../errors.js'
import { asObject } from '../values.js'

/** Largest answer that is read: logs of a busy range are split by the caller before they come near it. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024
/** "Limit exceeded" of EIP-1474. */
const LIMIT_EXCEEDED = -32_005
const TOO_MANY_REQUESTS = 429

/** Host only: user names, paths and queries of RPC URLs hold access keys. */
export function displayName(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an invalid URL'
}

export interface Target {
  href: string
  headers: Record<string, string>
}

/** Null for what is no HTTP URL. `fetch` refuses URLs with a user name, so that goes into a header. */
export function toTarget(url: string): Target | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    return null
  }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (parsed.username !== '' || parsed.password !== '') {
    const credentials = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
    parsed.username = ''
    parsed.password = ''
  }
  return { href: parsed.href, headers }
}

async function readBounded(method: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_RESPONSE_BYTES) {
      // As if the RPC had refused it: who asks for less may get it.
      throw new RpcRefusal(method, LIMIT_EXCEEDED, 'it answered with too much data', null)
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
  if (answer.error !== undefined && answer.error !== null) {
    const error = asObject(answer.error)
    const inner = error.data
    // Some RPCs wrap the return data once more.
    const data = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>).data : inner
    const hex = typeof data === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(data) ? data : null
    const refusal = new RpcRefusal(method, Number(error.code ?? 0), String(error.message ?? '').slice(0, 500), hex)
    // A server that has had enough of us, or is in trouble, has not looked at the request: another URL may take it.
    const isBusy = status === TOO_MANY_REQUESTS || (status >= 500 && hex === null && refusal.rpcCode !== LIMIT_EXCEEDED)
    if (isBusy) {
      throw chainError('CHAIN_RPC_UNREACHABLE', `HTTP status ${status}: ${refusal.text}`)
    }
    throw refusal
  }
  if (answer.result === undefined) {
    throw chainError('CHAIN_RPC_UNREACHABLE', `HTTP status ${status} without a JSON-RPC answer`)
  }
  return answer.result
}

export interface PostInit {
  target: Target
  id: number
  method: string
  params: readonly unknown[]
  timeoutMs: number
  clock: Clock
  /** Any of them ends the request. */
  signals: readonly (AbortSignal | undefined)[]
}

/** One request at one URL. Throws `RpcRefusal` when the RPC says no; everything else is a failure of the URL. */
export async function post(init: PostInit): Promise<unknown> {
  const { method, params, signals, target } = init
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const cancel = init.clock.after(init.timeoutMs, () => {
    controller.abort(chainError('CHAIN_TIMEOUT', `no answer within ${init.timeoutMs} ms`))
  })
  // Not AbortSignal.any: the long-lived signals would keep every request's listener.
  for (const signal of signals) {
    signal?.addEventListener('abort', abort, { once: true })
  }
  try {
    const response = await fetch(target.href, {
      method: 'POST',
      headers: target.headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: init.id, method, params }),
      signal: controller.signal
    })
    return openAnswer(method, response.status, await readBounded(method, response))
  } finally {
    cancel()
    for (const signal of signals) {
      signal?.removeEventListener('abort', abort)
    }
  }
}
