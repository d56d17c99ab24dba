import type { ChatMessage, ChatRole } from '@cortensor/interface'
import { readList, readOneOf, readText } from '../../common/v1/checks.js'
import { MAX_INFER_PAYLOAD_BYTES, MAX_MESSAGES } from './limits.js'

export const CHAT_ROLES: readonly ChatRole[] = ['system', 'user', 'assistant']

/** A conversation of at least one message. */
export function readMessages(wire: readonly { role: string; content: string }[]): ChatMessage[] {
  return readList(wire, 1, MAX_MESSAGES, 'messages').map((message) => ({
    role: readOneOf(message.role, CHAT_ROLES, 'messages.role'),
    content: readText(message.content, MAX_INFER_PAYLOAD_BYTES, 'messages.content')
  }))
}
