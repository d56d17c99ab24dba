import type { FinishReason } from '@cortensor/interface'
import { blockBytes, blockInt, blockList, blockMap, blockText, textToBlock } from '../../common/v1/block-checks.js'
import { readBytes, readOneOf } from '../../common/v1/checks.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS } from '../../common/v1/limits.js'
import { MAX_INFER_PAYLOAD_BYTES, MAX_MESSAGES, MAX_STOP_BYTES, MAX_STOP_TEXTS } from '../../infer/v1/limits.js'
import { readMessages } from '../../infer/v1/messages.js'
import { samplingFromWire, samplingToWire } from '../../infer/v1/sampling.js'
import { MAX_GENERATION_TEXT_BYTES, MAX_TOKEN_ID } from './limits.js'
import type { Generation } from './types.js'

const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'cancelled']
/** Longest role and finish reason. */
const MAX_WORD_BYTES = 16

export function generationToBlock(generation: Generation): unknown {
  const sampling = samplingToWire(generation.sampling)
  return {
    messages: generation.messages.map(({ role, content }) => ({ role, content: textToBlock(content) })),
    sampling: { ...sampling, stop: sampling.stop.map(textToBlock) },
    seed: generation.seed,
    promptTokenIds: generation.promptTokenIds,
    tokenIds: generation.tokenIds,
    text: textToBlock(generation.text),
    finishReason: generation.finishReason,
    usage: { promptTokens: generation.usage.promptTokens, completionTokens: generation.usage.completionTokens }
  }
}

function messageFromBlock(block: unknown): { role: string; content: string } {
  const message = blockMap(block, ['role', 'content'], 'messages')
  return {
    role: blockText(message.role, MAX_WORD_BYTES, 'messages.role'),
    content: blockText(message.content, MAX_INFER_PAYLOAD_BYTES, 'messages.content')
  }
}

function samplingFromBlock(block: unknown): Generation['sampling'] {
  const keys = ['maxTokens', 'temperatureMicros', 'topPMicros', 'topK', 'minPMicros', 'stop'] as const
  const { stop, ...numbers } = blockMap(block, keys, 'sampling')
  const int = (value: unknown): number => blockInt(value, 0, Number.MAX_SAFE_INTEGER, 'sampling')
  return samplingFromWire({
    maxTokens: int(numbers.maxTokens),
    temperatureMicros: int(numbers.temperatureMicros),
    topPMicros: int(numbers.topPMicros),
    topK: int(numbers.topK),
    minPMicros: int(numbers.minPMicros),
    stop: blockList(stop, MAX_STOP_TEXTS, 'stop').map((text) => blockText(text, MAX_STOP_BYTES, 'stop', 1))
  })
}

function usageFromBlock(block: unknown): Generation['usage'] {
  const usage = blockMap(block, ['promptTokens', 'completionTokens'], 'usage')
  return {
    promptTokens: blockInt(usage.promptTokens, 0, MAX_PROMPT_TOKENS, 'usage.promptTokens'),
    completionTokens: blockInt(usage.completionTokens, 0, MAX_ANSWER_TOKENS, 'usage.completionTokens')
  }
}

const tokenIdsFromBlock = (block: unknown, max: number, field: string): number[] =>
  blockList(block, max, field).map((id) => blockInt(id, 0, MAX_TOKEN_ID, field))

export function generationFromBlock(block: unknown): Generation {
  const keys = ['messages', 'sampling', 'seed', 'promptTokenIds', 'tokenIds', 'text', 'finishReason', 'usage'] as const
  const map = blockMap(block, keys, 'generations')
  return {
    messages: readMessages(blockList(map.messages, MAX_MESSAGES, 'messages').map(messageFromBlock)),
    sampling: samplingFromBlock(map.sampling),
    seed: readBytes(blockBytes(map.seed, 'seed'), 32, 'seed'),
    promptTokenIds: tokenIdsFromBlock(map.promptTokenIds, MAX_PROMPT_TOKENS, 'promptTokenIds'),
    tokenIds: tokenIdsFromBlock(map.tokenIds, MAX_ANSWER_TOKENS, 'tokenIds'),
    text: blockText(map.text, MAX_GENERATION_TEXT_BYTES, 'text'),
    finishReason: readOneOf(blockText(map.finishReason, MAX_WORD_BYTES, 'finishReason'), FINISH_REASONS, 'finishReason'),
    usage: usageFromBlock(map.usage)
  }
}
