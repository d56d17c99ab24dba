import type { DecodeMode, GenerateSpec, SamplingParams } from '@cortensor/interface'
import { engineError } from './errors.js'

/** Far above any real conversation; keeps the message to the child small. */
const MAX_MESSAGES = 1024
/** Above every context this engine allocates, and tokenised in well under a second. */
const MAX_CONTENT_BYTES = 4 * 1024 * 1024
/** Four is what public chat APIs allow; every one costs a comparison a token. */
const MAX_STOPS = 16
const MAX_STOP_CHARS = 256
/** The longest token text in common vocabularies is 256 bytes, so a prompt above this many bytes a token cannot fit. */
const MAX_BYTES_PER_TOKEN = 256

/** Seeds are hashes; the message to the child stays small. */
const MAX_SEED_BYTES = 1024
const DECODE_MODES: ReadonlySet<string> = new Set<DecodeMode>(['verifiable', 'canonical', 'native'])

const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant'])

/**
 * Checks everything that can be checked without the model.
 *
 * @returns the size of all messages, in bytes
 * @throws `ENGINE_INVALID_REQUEST`
 */
export function validateSpec(spec: GenerateSpec): number {
  if (spec.messages.length === 0 || spec.messages.length > MAX_MESSAGES) {
    throw invalid(`a request needs 1 to ${MAX_MESSAGES} messages, not ${spec.messages.length}`)
  }
  let bytes = 0
  for (const { role, content } of spec.messages) {
    if (!ROLES.has(role) || typeof content !== 'string') {
      throw invalid('every message needs a role (system, user or assistant) and a text')
    }
    bytes += Buffer.byteLength(content)
  }
  if (bytes > MAX_CONTENT_BYTES) {
    throw invalid(`the messages hold ${bytes} bytes, more than ${MAX_CONTENT_BYTES}: shorten them`)
  }
  if (!(spec.seed instanceof Uint8Array) || spec.seed.byteLength > MAX_SEED_BYTES) {
    throw invalid(`the seed must be at most ${MAX_SEED_BYTES} bytes`)
  }
  if (spec.decode !== undefined && !DECODE_MODES.has(spec.decode)) {
    throw invalid(`unknown way to decode: choose one of ${[...DECODE_MODES].join(', ')}`)
  }
  validateSampling(spec.sampling)
  return bytes
}

function validateSampling(sampling: SamplingParams): void {
  const { maxTokens, temperature, topP, topK, minP, stop } = sampling
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) {
    throw invalid(`maxTokens must be a whole number above 0, not ${maxTokens}`)
  }
  if (!Number.isFinite(temperature) || temperature < 0) {
    throw invalid(`temperature must not be negative: ${temperature}`)
  }
  if (!(topP > 0 && topP <= 1)) {
    throw invalid(`topP must be above 0 and at most 1, not ${topP}`)
  }
  if (!Number.isSafeInteger(topK) || topK < 0 || topK > 2 ** 31 - 1) {
    throw invalid(`topK must be a whole number, 0 to switch it off, not ${topK}`)
  }
  if (!(minP >= 0 && minP < 1)) {
    throw invalid(`minP must be at least 0 and below 1, not ${minP}`)
  }
  if (stop.length > MAX_STOPS || stop.some((text) => typeof text !== 'string' || text === '' || text.length > MAX_STOP_CHARS)) {
    throw invalid(`at most ${MAX_STOPS} stop strings of 1 to ${MAX_STOP_CHARS} characters are possible`)
  }
}

/**
 * Refuses texts that cannot fit before they are tokenised.
 *
 * @throws `ENGINE_CONTEXT_EXCEEDED`
 */
export function checkFits(bytes: number, contextLength: number): void {
  if (bytes > contextLength * MAX_BYTES_PER_TOKEN) {
    throw contextExceeded(Math.ceil(bytes / MAX_BYTES_PER_TOKEN), contextLength)
  }
}

export function contextExceeded(promptTokens: number, contextLength: number) {
  return engineError(
    'ENGINE_CONTEXT_EXCEEDED',
    `the prompt has ${promptTokens} tokens or more, the model's context holds ${contextLength}: shorten the prompt`,
    { details: { promptTokens, contextLength } }
  )
}

/** @throws `ENGINE_INVALID_REQUEST` */
export function validateAnswer(tokenIds: readonly number[], from: number, to: number, decode: DecodeMode): void {
  if (decode === 'native') {
    throw invalid('what the engine drew with its own sampler cannot be checked: evaluate it as verifiable or canonical')
  }
  if (!tokenIds.every((id) => Number.isSafeInteger(id) && id >= 0)) {
    throw invalid('token ids are whole numbers from 0 on')
  }
  if (![from, to].every(Number.isSafeInteger) || from < 0 || from > to || to > tokenIds.length) {
    throw invalid(`positions ${from} to ${to} are not a part of ${tokenIds.length} tokens`)
  }
}

/** Far above a batch that anybody computes at once. */
const MAX_TEXTS = 256

/** @throws `ENGINE_INVALID_REQUEST` or `ENGINE_CONTEXT_EXCEEDED` */
export function validateTexts(texts: readonly string[], contextLength: number): void {
  if (texts.length > MAX_TEXTS) {
    throw invalid(`at most ${MAX_TEXTS} texts can be embedded at once, not ${texts.length}: split them`)
  }
  for (const text of texts) {
    if (typeof text !== 'string') {
      throw invalid('only texts can be embedded')
    }
    checkFits(Buffer.byteLength(text), contextLength)
  }
}

function invalid(message: string) {
  return engineError('ENGINE_INVALID_REQUEST', message)
}
