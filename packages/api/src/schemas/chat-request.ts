import { z } from '@hono/zod-openapi'
import { HttpError } from '../http-error.js'

/** Longer names than any model file's. */
const MAX_MODEL_LENGTH = 256
/** OpenAI's own limit. */
const MAX_STOPS = 4
const MAX_STOP_LENGTH = 256
/** Beyond every context length; the gateway knows the model's own. */
const MAX_TOKENS = 1_000_000
const MAX_WAIT_MS = 600_000
/** Longer than any category's name. */
const MAX_CATEGORY_LENGTH = 32
const MAX_LEVEL = 10

const textPart = z.object({ type: z.literal('text', { error: 'Only text parts are supported' }), text: z.string() })

const message = z
  .object({
    role: z.enum(['system', 'developer', 'user', 'assistant'], {
      error: 'Must be system, developer, user or assistant; tools are not supported'
    }),
    content: z.union([z.string(), z.array(textPart).min(1)], { error: 'Must be text or an array of text parts' })
  })
  .openapi('ChatMessage')

const stop = z.string().min(1).max(MAX_STOP_LENGTH)

export const chatRequest = z
  .object({
    model: z.string().min(1).max(MAX_MODEL_LENGTH).openapi({ description: "A model's name or id, as listed by /v1/models" }),
    messages: z.array(message).min(1),
    stream: z.boolean().nullish(),
    stream_options: z
      .object({ include_usage: z.boolean().nullish() })
      .nullish()
      .openapi({ description: 'include_usage: one more chunk, without choices, carries the token counts' }),
    max_tokens: z.int().min(1).max(MAX_TOKENS).nullish(),
    max_completion_tokens: z.int().min(1).max(MAX_TOKENS).nullish().openapi({ description: 'Wins over max_tokens' }),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().gt(0).max(1).nullish(),
    top_k: z.int().min(-1).max(MAX_TOKENS).nullish().openapi({ description: '0 or -1 switches it off' }),
    min_p: z.number().min(0).lt(1).nullish(),
    seed: z.int().nullish(),
    stop: z
      .union([stop, z.array(stop).max(MAX_STOPS)], {
        error: `Must be text or up to ${MAX_STOPS} texts of 1 to ${MAX_STOP_LENGTH} characters`
      })
      .nullish(),
    cortensor: z
      .strictObject({
        max_wait_ms: z
          .int()
          .min(1)
          .max(MAX_WAIT_MS)
          .nullish()
          .openapi({ description: 'Give up when no miner took the task by then' }),
        privacy: z.enum(['public', 'private'], { error: 'Must be public or private' }).nullish().openapi({
          description:
            'Who may read prompt and answer later: everybody, or who has the key. The session says what holds without it'
        }),
        category: z
          .string()
          .max(MAX_CATEGORY_LENGTH)
          .nullish()
          .openapi({ description: "What it is about, one of the quiz's categories: matching goes by that skill" }),
        min_skill: z
          .record(z.string().max(MAX_CATEGORY_LENGTH), z.number().min(0).max(MAX_LEVEL))
          .nullish()
          .openapi({ description: 'Levels from 0 to 10 by category; miners below any of them are passed over' })
      })
      .nullish()
  })
  .openapi('ChatCompletionRequest')

export type ChatRequest = z.infer<typeof chatRequest>

interface Refusal {
  param: string
  /** Values that mean the same as leaving the field out; null and missing always do. */
  harmless: (value: unknown) => boolean
  only: string
}

const isEmptyArray = (value: unknown): boolean => Array.isArray(value) && value.length === 0
const never = (): boolean => false

/** Fields that we cannot honour yet and whose silent loss would change what the answer means. Other unknown fields are ignored. */
const REFUSALS: readonly Refusal[] = [
  {
    param: 'n',
    harmless: (value) => value === 1,
    only: 'only one choice (n=1) is supported; send the request again for another one'
  },
  { param: 'tools', harmless: isEmptyArray, only: 'tools are not supported' },
  { param: 'functions', harmless: isEmptyArray, only: 'functions are not supported' },
  {
    param: 'response_format',
    harmless: (value) => typeof value === 'object' && value !== null && 'type' in value && value.type === 'text',
    only: 'only {"type":"text"} is supported'
  },
  { param: 'logprobs', harmless: (value) => value === false, only: 'log probabilities are not supported' },
  { param: 'top_logprobs', harmless: (value) => value === 0, only: 'log probabilities are not supported' },
  {
    param: 'logit_bias',
    harmless: (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
    only: 'only an empty bias is supported'
  },
  { param: 'presence_penalty', harmless: (value) => value === 0, only: 'only 0 is supported' },
  { param: 'frequency_penalty', harmless: (value) => value === 0, only: 'only 0 is supported' },
  {
    param: 'modalities',
    harmless: (value) => Array.isArray(value) && value.every((kind) => kind === 'text'),
    only: 'only text is supported'
  },
  { param: 'audio', harmless: never, only: 'only text is supported' },
  { param: 'web_search_options', harmless: never, only: 'miners do not search the web' }
]

/** `messages[0].role`, the way OpenAI names a field. */
function pathToParam(path: readonly PropertyKey[]): string | undefined {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return text === '' ? undefined : text.replace(/^\./, '')
}

/** Throws an `HttpError` that names the first wrong field. */
export function parseChatRequest(body: unknown): ChatRequest {
  if (typeof body === 'object' && body !== null) {
    for (const { param, harmless, only } of REFUSALS) {
      const value = (body as Record<string, unknown>)[param]
      if (value !== undefined && value !== null && !harmless(value)) {
        throw new HttpError('unsupported_parameter', `Unsupported parameter ${param}: ${only}.`, { param })
      }
    }
  }
  const parsed = chatRequest.safeParse(body)
  if (parsed.success) {
    return parsed.data
  }
  const issue = parsed.error.issues[0]
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const param = pathToParam([...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])])
  const code = unknownKey === undefined ? 'invalid_value' : 'unsupported_parameter'
  throw new HttpError(
    code,
    `Invalid ${param === undefined ? 'request' : `value for ${param}`}: ${issue?.message ?? 'unreadable'}.`,
    {
      param
    }
  )
}
