import type { ChatMessage, CompletionRequest, SamplingParams } from '@cortensor/interface'
import type { ChatRequest } from '../schemas/chat-request.js'

function messageToDomain({ role, content }: ChatRequest['messages'][number]): ChatMessage {
  return {
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : content.map((part) => part.text).join('\n')
  }
}

/** Fields that were left out stay out: their defaults are the gateway's. */
function samplingToDomain(body: ChatRequest): Partial<SamplingParams> {
  const sampling: Partial<SamplingParams> = {}
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  if (maxTokens != null) {
    sampling.maxTokens = maxTokens
  }
  if (body.temperature != null) {
    sampling.temperature = body.temperature
  }
  if (body.top_p != null) {
    sampling.topP = body.top_p
  }
  if (body.top_k != null) {
    sampling.topK = Math.max(0, body.top_k)
  }
  if (body.min_p != null) {
    sampling.minP = body.min_p
  }
  if (body.stop != null) {
    sampling.stop = typeof body.stop === 'string' ? [body.stop] : body.stop
  }
  return sampling
}

export function requestToDomain(body: ChatRequest): CompletionRequest {
  return {
    model: body.model,
    messages: body.messages.map(messageToDomain),
    sampling: samplingToDomain(body),
    seed: body.seed ?? undefined,
    category: body.cortensor?.category ?? undefined,
    minLevel: body.cortensor?.min_skill ?? undefined,
    privacy: body.cortensor?.privacy ?? undefined,
    maxWaitMs: body.cortensor?.max_wait_ms ?? undefined
  }
}
