import type { EngineModel, ErrorObject, LogitTrace } from '@cortensor/interface'
import { isEngineErrorCode } from '../errors.js'
import { isCount, isFields, isFiniteNumber, isList, isText } from './checks.js'
import type { ChildMessage } from './messages.js'

/** Above every context that can be configured. */
const MAX_TOKENS = 1 << 20
/** Above the text of the longest possible answer that a slow parent let gather. */
const MAX_TEXT = 1 << 24
/** Above what any decode spec chooses from. */
const MAX_TOP = 256
/** Above the width of every published embedding model. */
const MAX_DIMENSIONS = 1 << 16

/**
 * Checks what came from the child. The child runs native code on files from outside, so its words are not trusted.
 *
 * @returns null for anything that is not a well-formed message
 */
export function parseChildMessage(value: unknown): ChildMessage | null {
  return isFields(value) && isChildMessage(value) ? (value as unknown as ChildMessage) : null
}

function isChildMessage(m: Record<string, unknown>): boolean {
  switch (m.type) {
    case 'loading':
      return isText(m.path, 4096)
    case 'load-failed':
      return isErrorObject(m.error)
    case 'ready':
      return isText(m.fingerprint, 256) && isList(m.models, 1024, isEngineModel)
    case 'start':
      return isCount(m.id) && isList(m.promptTokenIds, MAX_TOKENS, isCount)
    case 'token':
      return isCount(m.id) && isList(m.tokenIds, MAX_TOKENS, isCount) && isText(m.text, MAX_TEXT)
    case 'end':
      return (
        isCount(m.id) &&
        (m.finishReason === 'stop' || m.finishReason === 'length' || m.finishReason === 'cancelled') &&
        isFields(m.usage) &&
        isCount(m.usage.promptTokens) &&
        isCount(m.usage.completionTokens) &&
        isFiniteNumber(m.firstTokenMs) &&
        isFiniteNumber(m.totalMs) &&
        (m.trace === null || isTrace(m.trace))
      )
    case 'evaluated':
      return (
        isCount(m.id) &&
        isList(m.promptTokenIds, MAX_TOKENS, isCount) &&
        isTrace(m.trace) &&
        isText(m.text, MAX_TEXT) &&
        isFields(m.ending) &&
        (m.ending.type === 'eog' || m.ending.type === 'stop' || m.ending.type === 'limit' || m.ending.type === 'open') &&
        isCount(m.ending.tokens)
      )
    case 'embedded':
      return isCount(m.id) && isList(m.vectors, 1024, isVector)
    case 'failed':
      return isCount(m.id) && isErrorObject(m.error)
    default:
      return false
  }
}

function isTrace(value: unknown): value is LogitTrace {
  return (
    isFields(value) &&
    isCount(value.top) &&
    value.top > 0 &&
    value.top <= MAX_TOP &&
    value.ids instanceof Int32Array &&
    value.logits instanceof Float32Array &&
    value.ids.length === value.logits.length &&
    value.ids.length % value.top === 0 &&
    value.ids.length <= MAX_TOKENS * MAX_TOP
  )
}

function isVector(value: unknown): value is Float32Array {
  return value instanceof Float32Array && value.length <= MAX_DIMENSIONS
}

function isErrorObject(value: unknown): value is ErrorObject {
  return (
    isFields(value) &&
    isText(value.name, 64) &&
    isEngineErrorCode(value.code) &&
    isText(value.message, 4096) &&
    (value.details === undefined || isFields(value.details))
  )
}

function isEngineModel(value: unknown): value is EngineModel {
  return (
    isFields(value) &&
    typeof value.id === 'string' &&
    /^[0-9a-f]{64}$/.test(value.id) &&
    isText(value.name, 256) &&
    (value.kind === 'chat' || value.kind === 'embedding') &&
    isText(value.quantisation, 32) &&
    isCount(value.contextLength) &&
    isCount(value.sizeBytes)
  )
}
