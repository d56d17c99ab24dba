import type {
  AbortOptions,
  CidString,
  CompletionEvent,
  CompletionRequest,
  FinishReason,
  NodeId,
  TaskFailure,
  TaskId
} from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { readBounded } from '../body.js'
import type { ErrorBody } from '../http-error.js'
import { usageFromWire, type WireUsage } from '../wire/usage.js'

/** What a task can fail with: every other error of the API means that the router is not to be used now. */
const FAILURES: ReadonlySet<string> = new Set<TaskFailure>([
  ...(['model_not_found', 'no_miner', 'no_staked_miner', 'timeout', 'miner_failed', 'rejected'] as const),
  ...(['context_length_exceeded', 'cancelled', 'not_ready', 'insufficient_quota'] as const)
])
const MAX_ERROR_BYTES = 65_536
/** One piece of an answer with everything around it. */
const MAX_LINE_CHARS = 1_048_576
const END_OF_STREAM = '[DONE]'

interface WireChunk extends Partial<ErrorBody> {
  choices?: { delta?: { content?: string }; finish_reason?: FinishReason | null }[]
  system_fingerprint?: string
  usage?: WireUsage | null
  cortensor?: { task_id: string; miner: string; cid: string }
}

export interface CompleteInit {
  base: string
  headers: Record<string, string>
  send: (url: string, init: RequestInit) => Promise<Response>
}

/**
 * A streamed completion as the gateway's own events, without `assigned`, which HTTP does not tell. Everything that goes wrong is a last
 * event `failed`; only an aborted signal throws.
 */
export async function* complete(
  { base, headers, send }: CompleteInit,
  request: CompletionRequest,
  { signal }: AbortOptions = {}
): AsyncGenerator<CompletionEvent> {
  const failed = (code: string, message: string): CompletionEvent => ({
    ...{ type: 'failed', taskId: null, message },
    failure: FAILURES.has(code) ? (code as TaskFailure) : 'not_ready'
  })
  try {
    const response = await send(`${base}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(toBody(request)),
      ...(signal === undefined ? {} : { signal })
    })
    if (response.status !== 200 || response.body === null) {
      const { error } = await readError(response)
      yield failed(error?.code ?? '', error?.message ?? `${base} answered ${response.status}`)
      return
    }
    let finishReason: FinishReason | null = null
    let last: WireChunk = {}
    for await (const data of lines(response.body)) {
      if (data === END_OF_STREAM) {
        break
      }
      signal?.throwIfAborted()
      const chunk = JSON.parse(data) as WireChunk
      if (chunk.error !== undefined) {
        yield failed(chunk.error.code, chunk.error.message)
        return
      }
      const [choice] = chunk.choices ?? []
      if (choice?.delta?.content !== undefined && choice.delta.content !== '') {
        yield { type: 'delta', text: choice.delta.content }
      }
      finishReason = choice?.finish_reason ?? finishReason
      last = { ...last, ...chunk }
    }
    const { cortensor, system_fingerprint: fingerprint, usage } = last
    if (finishReason === null || cortensor === undefined || usage == null) {
      yield failed('miner_failed', 'The answer ended without its last event')
      return
    }
    yield {
      ...{ type: 'end', finishReason, usage: usageFromWire(usage), fingerprint: fingerprint ?? '' },
      ...{ taskId: cortensor.task_id as TaskId, miner: cortensor.miner as NodeId, cid: cortensor.cid as CidString }
    }
  } catch (error) {
    signal?.throwIfAborted()
    yield failed('not_ready', `Nothing answers at ${base}: ${errorMessage(error)}`)
  }
}

const toBody = ({ category, maxWaitMs, messages, model, sampling, seed }: CompletionRequest): object => ({
  model,
  messages,
  stream: true,
  stream_options: { include_usage: true },
  ...(sampling.maxTokens === undefined ? {} : { max_completion_tokens: sampling.maxTokens }),
  ...(sampling.temperature === undefined ? {} : { temperature: sampling.temperature }),
  ...(sampling.topP === undefined ? {} : { top_p: sampling.topP }),
  ...(sampling.topK === undefined ? {} : { top_k: sampling.topK }),
  ...(sampling.minP === undefined ? {} : { min_p: sampling.minP }),
  ...(sampling.stop === undefined ? {} : { stop: sampling.stop }),
  ...(seed === undefined ? {} : { seed }),
  ...(category === undefined && maxWaitMs === undefined ? {} : { cortensor: { category, max_wait_ms: maxWaitMs } })
})

async function readError({ body }: Response): Promise<Partial<ErrorBody>> {
  const bytes = body === null ? null : await readBounded(body, MAX_ERROR_BYTES)
  try {
    return JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array())) as Partial<ErrorBody>
  } catch {
    return {}
  }
}

/** The data of server-sent events, one line each; comments are skipped. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    const whole = rest.split('\n')
    rest = whole.pop() ?? ''
    if (rest.length > MAX_LINE_CHARS) {
      throw new RangeError('a line of the answer is too long')
    }
    for (const line of whole) {
      if (line.startsWith('data: ')) {
        yield line.slice('data: '.length)
      }
    }
  }
}
