import type { ChatMessage } from '@cortensor/interface'
import { isCount, isFields, isFiniteNumber, isList, isText } from './checks.js'
import type { ModelToLoad, ParentMessage } from './messages.js'

/** Above what the parent lets pass; see spec.ts. */
const MAX_CHARS = 1 << 23
const MAX_SEED_BYTES = 1024
/** Above every context that can be configured. */
const MAX_TOKENS = 1 << 20

/**
 * Checks what came from the parent; a message of another version of this package must not reach native code.
 *
 * @returns null for anything that is not a well-formed message
 */
export function parseParentMessage(value: unknown): ParentMessage | null {
  return isFields(value) && isParentMessage(value) ? (value as unknown as ParentMessage) : null
}

function isParentMessage(m: Record<string, unknown>): boolean {
  switch (m.type) {
    case 'load':
      return (
        isList(m.models, 1024, isModelToLoad) &&
        (m.threads === null || isCount(m.threads)) &&
        (m.maxThreads === null || isCount(m.maxThreads)) &&
        isCount(m.sequences) &&
        isCount(m.maxContextLength) &&
        (m.gpu === 'auto' || m.gpu === false)
      )
    case 'generate':
      return (
        isCount(m.id) &&
        isText(m.model, 64) &&
        isList(m.messages, 1024, isChatMessage) &&
        isSampling(m.sampling) &&
        m.seed instanceof Uint8Array &&
        m.seed.byteLength <= MAX_SEED_BYTES &&
        (m.decode === 'verifiable' || m.decode === 'canonical' || m.decode === 'native')
      )
    case 'evaluate':
      return (
        isCount(m.id) &&
        isText(m.model, 64) &&
        isList(m.messages, 1024, isChatMessage) &&
        isSampling(m.sampling) &&
        (m.decode === 'verifiable' || m.decode === 'canonical') &&
        isList(m.tokenIds, MAX_TOKENS, isCount) &&
        isCount(m.from) &&
        isCount(m.to) &&
        m.from <= m.to &&
        m.to <= m.tokenIds.length
      )
    case 'embed':
      return isCount(m.id) && isText(m.model, 64) && isList(m.texts, 1024, isContent)
    case 'abort':
      return isCount(m.id)
    default:
      return false
  }
}

function isModelToLoad(value: unknown): value is ModelToLoad {
  return isFields(value) && isText(value.path, 4096) && (value.sha256 === null || isText(value.sha256, 64))
}

function isContent(value: unknown): value is string {
  return isText(value, MAX_CHARS)
}

function isChatMessage(value: unknown): value is ChatMessage {
  return (
    isFields(value) &&
    (value.role === 'system' || value.role === 'user' || value.role === 'assistant') &&
    isContent(value.content)
  )
}

function isSampling(value: unknown): boolean {
  return (
    isFields(value) &&
    isCount(value.maxTokens) &&
    isFiniteNumber(value.temperature) &&
    isFiniteNumber(value.topP) &&
    isCount(value.topK) &&
    isFiniteNumber(value.minP) &&
    isList(value.stop, 64, isContent)
  )
}
