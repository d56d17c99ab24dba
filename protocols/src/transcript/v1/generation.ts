import type { FinishReason } from '@cortensor/interface'
import { blockBytes, blockInt, blockList, blockMap, blockText, textToBlock } from '../../common/v1/block-checks.js'
import { readBytes, readOneOf } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS } from '../../common/v1/limits.js'
import { MAX_INFER_PAYLOAD_BYTES, MAX_MESSAGES, MAX_STOP_BYTES, MAX_STOP_TEXTS } from '../../infer/v1/limits.js'
import { readMessages } from '../../infer/v1/messages.js'
import { samplingFromWire, samplingToWire } from '../../infer/v1/sampling.js'
import { MAX_GENERATION_TEXT_BYTES, MAX_TIMING_MS, MAX_TOKEN_ID } from './limits.js'
import type { Generation } from './types.js'
import { countWindows, POSITION_BYTES, promptDigest, WINDOW_TOKENS, type Window, windowsRoot } from './windows.js'

const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'cancelled']
/** Longest role and finish reason. */
const MAX_WORD_BYTES = 16

/** How an answer ended, what it counts and how long it took: no word of it. */
export type AnswerEnd = Pick<Generation, 'finishReason' | 'usage' | 'timings'>

export const endToBlock = ({ finishReason, timings, usage }: AnswerEnd): Record<keyof AnswerEnd, unknown> => ({
  finishReason,
  usage: { promptTokens: usage.promptTokens, completionTokens: usage.completionTokens },
  timings: {
    firstTokenMs: Math.round(timings.firstTokenMs),
    totalMs: Math.round(timings.totalMs),
    queueMs: Math.round(timings.queueMs)
  }
})

export const endFromBlock = ({ finishReason, timings, usage }: Record<keyof AnswerEnd, unknown>): AnswerEnd => ({
  finishReason: readOneOf(blockText(finishReason, MAX_WORD_BYTES, 'finishReason'), FINISH_REASONS, 'finishReason'),
  usage: usageFromBlock(usage),
  timings: timingsFromBlock(timings)
})

export function generationToBlock(generation: Generation): unknown {
  const sampling = samplingToWire(generation.sampling)
  return {
    messages: generation.messages.map(({ role, content }) => ({ role, content: textToBlock(content) })),
    sampling: { ...sampling, stop: sampling.stop.map(textToBlock) },
    seed: generation.seed,
    promptTokenIds: generation.promptTokenIds,
    tokenIds: generation.tokenIds,
    text: textToBlock(generation.text),
    ...endToBlock(generation),
    windows: generation.windows.map(({ top, hash }) => ({ top, hash })),
    // Both follow from the rest. They stand for prompt and windows where those are not shown.
    promptDigest: promptDigest(generation.promptTokenIds),
    windowsRoot: windowsRoot(generation.tokenIds, generation.windows)
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

function timingsFromBlock(block: unknown): Generation['timings'] {
  const timings = blockMap(block, ['firstTokenMs', 'totalMs', 'queueMs'], 'timings')
  const int = (value: unknown): number => blockInt(value, 0, MAX_TIMING_MS, 'timings')
  return { firstTokenMs: int(timings.firstTokenMs), totalMs: int(timings.totalMs), queueMs: int(timings.queueMs) }
}

/** Either none, or all that so many tokens have, each of its right size. */
function windowsFromBlock(block: unknown, tokens: number): Window[] {
  const list = blockList(block, countWindows(tokens), 'windows')
  if (list.length !== 0 && list.length !== countWindows(tokens)) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `${tokens} tokens have ${countWindows(tokens)} windows or none, got ${list.length}`)
  }
  return list.map((value, index) => {
    const { hash, top } = blockMap(value, ['top', 'hash'], 'windows')
    const positions = Math.min(WINDOW_TOKENS, tokens - index * WINDOW_TOKENS)
    return {
      top: readBytes(blockBytes(top, 'windows.top'), positions * POSITION_BYTES, 'windows.top'),
      hash: readBytes(blockBytes(hash, 'windows.hash'), 32, 'windows.hash')
    }
  })
}

const tokenIdsFromBlock = (block: unknown, max: number, field: string): number[] =>
  blockList(block, max, field).map((id) => blockInt(id, 0, MAX_TOKEN_ID, field))

const KEYS = [
  'messages',
  'sampling',
  'seed',
  'promptTokenIds',
  'tokenIds',
  'text',
  'finishReason',
  'usage',
  'timings',
  'windows',
  'promptDigest',
  'windowsRoot'
] as const

/** The digest of the prompt and the root over the windows are compared when the block is encoded again. */
export function generationFromBlock(block: unknown): Generation {
  const map = blockMap(block, KEYS, 'generations')
  const tokenIds = tokenIdsFromBlock(map.tokenIds, MAX_ANSWER_TOKENS, 'tokenIds')
  return {
    messages: readMessages(blockList(map.messages, MAX_MESSAGES, 'messages').map(messageFromBlock)),
    sampling: samplingFromBlock(map.sampling),
    seed: readBytes(blockBytes(map.seed, 'seed'), 32, 'seed'),
    promptTokenIds: tokenIdsFromBlock(map.promptTokenIds, MAX_PROMPT_TOKENS, 'promptTokenIds'),
    tokenIds,
    text: blockText(map.text, MAX_GENERATION_TEXT_BYTES, 'text'),
    ...endFromBlock(map),
    windows: windowsFromBlock(map.windows, tokenIds.length)
  }
}
