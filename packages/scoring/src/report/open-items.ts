import type { Verifier } from '@cortensor/interface'
import {
  checkBinding,
  decodePresence,
  decodeQuizMessage,
  decodeResultMessage,
  decodeTaskHeader,
  envelopeId,
  type OpenedEnvelope,
  openEnvelope,
  roundIdOf,
  type TopicFamily,
  taskIdOf
} from '@cortensor/protocols'
import type { OpenedItem, ReportNetwork, Statement } from './types.js'

export interface OpenItemsInit extends ReportNetwork {
  verifier: Verifier
}

/** Families whose messages prove themselves. */
const EVIDENCE_FAMILIES: readonly TopicFamily[] = ['result', 'quiz', 'task', 'presence']

/**
 * Envelopes as what they state, each once, in the order given. What is malformed, of another network or family, or wrongly signed is
 * left out: whoever has the same bytes leaves out the same.
 */
export async function openItems(items: readonly Uint8Array[], init: OpenItemsInit): Promise<OpenedItem[]> {
  const distinct = new Map(items.map((bytes) => [envelopeId(bytes), bytes]))
  const opened: OpenedItem[] = []
  for (const [id, bytes] of distinct) {
    const envelope = await openAny(bytes, init)
    const statement = envelope === null ? null : await statementOf(envelope, init)
    if (envelope !== null && statement !== null) {
      opened.push({ ...statement, id, sender: envelope.sender })
    }
  }
  return opened
}

/** The signature is checked once at most: an envelope names its topic, and a wrong topic is found out before. */
async function openAny(bytes: Uint8Array, init: OpenItemsInit): Promise<OpenedEnvelope | null> {
  for (const family of EVIDENCE_FAMILIES) {
    const options = { networkId: init.networkId, family, verifier: init.verifier, nowMs: null }
    const envelope = await openEnvelope(bytes, options).catch(() => null)
    if (envelope !== null) {
      return envelope
    }
  }
  return null
}

async function statementOf(envelope: OpenedEnvelope, init: OpenItemsInit): Promise<Statement | null> {
  try {
    return envelope.family === 'presence' ? await bindingOf(envelope, init) : decoded(envelope, init)
  } catch {
    return null
  }
}

async function bindingOf(envelope: OpenedEnvelope, init: OpenItemsInit): Promise<Statement | null> {
  const { binding } = decodePresence(envelope.payload)
  const isProved = await checkBinding(init.verifier, envelope.sender, binding, init)
  return isProved ? { kind: 'binding', operator: binding.operator } : null
}

function decoded({ family, payload, sender }: OpenedEnvelope, { networkId }: OpenItemsInit): Statement | null {
  switch (family) {
    case 'task':
      return { kind: 'header', taskId: taskIdOf(networkId, sender, payload), header: decodeTaskHeader(payload) }
    case 'result': {
      const message = decodeResultMessage(payload)
      return message.type === 'precommit'
        ? { kind: 'result-precommit', taskId: message.taskId, commitment: message.commitment }
        : { kind: 'result-commit', taskId: message.taskId, commit: message }
    }
    case 'quiz': {
      const message = decodeQuizMessage(payload)
      switch (message.type) {
        case 'open':
          return { kind: 'round', roundId: roundIdOf(networkId, sender, payload), round: message }
        case 'precommit':
          return { kind: 'answer-precommit', roundId: message.roundId, commitment: message.commitment }
        case 'reveal':
          return { kind: 'answer-reveal', roundId: message.roundId, reveal: message }
      }
    }
  }
  return null
}
