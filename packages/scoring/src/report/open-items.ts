import type { Verifier } from '@cortensor/interface'
import {
  checkBinding,
  decodeOracleMessage,
  decodePresence,
  decodeQuizMessage,
  decodeResultMessage,
  decodeTaskHeader,
  envelopeId,
  familyOf,
  isAuthoredSigned,
  type OpenedEnvelope,
  openEnvelope,
  type ResultMessage,
  roundIdOf,
  type TopicFamily,
  taskIdOf
} from '@cortensor/protocols'
import { deepFreeze } from '@cortensor/utils'
import type { ItemMemo } from './item-memo.js'
import type { OpenedItem, ReportNetwork, Statement } from './types.js'

export interface OpenItemsInit extends ReportNetwork {
  verifier: Verifier
  /** Items that are known need no opening; what is opened becomes known. @default none */
  known?: ItemMemo | undefined
}

/** Families whose messages prove themselves. */
const EVIDENCE_FAMILIES: readonly TopicFamily[] = ['result', 'quiz', 'task', 'presence', 'oracle']

/**
 * Envelopes as what they state, each once, in the order given. What is malformed, of another network or family, or wrongly signed is
 * left out: whoever has the same bytes leaves out the same.
 */
export async function openItems(items: readonly Uint8Array[], init: OpenItemsInit): Promise<OpenedItem[]> {
  return openDistinct(new Map(items.map((bytes) => [envelopeId(bytes), bytes])), init)
}

/** The same, for envelopes by their ids. */
export async function openDistinct(items: ReadonlyMap<string, Uint8Array>, init: OpenItemsInit): Promise<OpenedItem[]> {
  const opened: OpenedItem[] = []
  for (const [id, bytes] of items) {
    const known = init.known?.get(id) ?? null
    if (known !== null) {
      opened.push(known)
      continue
    }
    const envelope = await openAny(bytes, init)
    const item = envelope === null ? null : await itemOf(envelope, init)
    if (item !== null) {
      init.known?.add(item)
      opened.push(item)
    }
  }
  return opened
}

/** What an envelope states whose signature was checked when it arrived; null for what no report is made of. */
export async function itemOf(envelope: OpenedEnvelope, init: OpenItemsInit): Promise<OpenedItem | null> {
  const { opened } = init.verifier
  const known = opened?.get(envelope) as OpenedItem | undefined
  if (known !== undefined) {
    return known
  }
  const statement = await statementOf(envelope, init)
  const item = statement === null ? null : { ...statement, id: envelope.id, sender: envelope.sender }
  if (opened !== undefined && item !== null) {
    opened.set(envelope, deepFreeze(item))
  }
  return item
}

/** An envelope names its topic, so that it is opened as one family only. */
async function openAny(bytes: Uint8Array, { networkId, verifier }: OpenItemsInit): Promise<OpenedEnvelope | null> {
  const family = familyOf(bytes, networkId)
  return family === null || !EVIDENCE_FAMILIES.includes(family)
    ? null
    : await openEnvelope(bytes, { networkId, family, verifier, nowMs: null }).catch(() => null)
}

async function statementOf(envelope: OpenedEnvelope, init: OpenItemsInit): Promise<Statement | null> {
  try {
    const statement = envelope.family === 'presence' ? await bindingOf(envelope, init) : decoded(envelope, init)
    return statement?.kind === 'round' && !(await isAuthoredSigned(statement.round, init)) ? null : statement
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
    case 'oracle': {
      const message = decodeOracleMessage(payload)
      if (message.type !== 'propose') {
        return null
      }
      const { digest, instance, report, view } = message
      return { kind: 'proposal', proposal: { instance, view, report, digest } }
    }
    case 'result':
      return resultStatement(decodeResultMessage(payload))
    case 'quiz': {
      const message = decodeQuizMessage(payload)
      switch (message.type) {
        case 'request':
        case 'create':
        case 'prepare':
          return null
        case 'open':
          return { kind: 'round', roundId: roundIdOf(networkId, sender, payload), round: message }
        case 'precommit':
          return { kind: 'answer-precommit', roundId: message.roundId, commitment: message.commitment }
        case 'reveal':
          return { kind: 'answer-reveal', roundId: message.roundId, reveal: message }
        case 'ballot':
          return { kind: 'ballot', ballot: message }
      }
    }
  }
  return null
}

function resultStatement(message: ResultMessage): Statement {
  switch (message.type) {
    case 'acknowledgement':
      return { kind: 'acknowledgement', taskId: message.taskId }
    case 'precommit':
      return { kind: 'result-precommit', taskId: message.taskId, commitment: message.commitment }
    case 'commit':
      return { kind: 'result-commit', taskId: message.taskId, commit: message }
    case 'audit-precommit': {
      const { commitment, miner, round, subject } = message
      return { kind: 'audit-precommit', subject, miner, round, commitment }
    }
    case 'audit-plant':
      return { kind: 'audit-plant', subject: message.subject, secret: message.secret }
    case 'audit-reveal':
      return { kind: 'audit-reveal', subject: message.subject, miner: message.miner, round: message.round, reveal: message }
  }
}
