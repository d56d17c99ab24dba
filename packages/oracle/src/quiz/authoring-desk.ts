import type { NodeId, UnixMs } from '@cortensor/interface'
import type { OpenedEnvelope, QuizMessage } from '@cortensor/protocols'
import {
  type AuthoringEvent,
  type AuthoringFault,
  type AuthoringParams,
  type AuthoringState,
  beginAuthoring,
  reduceAuthoring
} from '@cortensor/scoring'
import type { Head } from '../head.js'

type Authored = Extract<QuizMessage, { type: 'create' | 'prepare' }>

/** What this oracle has heard of the open challenge that nodes write for the epoch that is worked on. */
export interface AuthoringDesk {
  /** The head is here, maybe another one than before. */
  begin(head: Pick<Head, 'instance' | 'state'>): void
  /** Null when it counts; otherwise why not. */
  take(message: Authored, envelope: OpenedEnvelope): AuthoringFault | null
  /** What a round may ask now: what was created and what was prepared, or nothing. */
  ready(): Uint8Array[]
  /** A round has asked it. */
  asked(): void
}

export interface AuthoringDeskInit {
  nowMs: () => UnixMs
  params: AuthoringParams
}

/**
 * Of the next epoch, whose report others have before this oracle: one message a node and stage, of twice as many as are drawn at most. Only of
 * nodes that the state knows, because nobody else is drawn, and identities that cost nothing would fill the places.
 */
const MAX_EARLY = 64

export function createAuthoringDesk({ nowMs, params }: AuthoringDeskInit): AuthoringDesk {
  let state: AuthoringState | null = null
  let known: ReadonlySet<NodeId> = new Set()
  let early: { message: Authored; envelope: OpenedEnvelope }[] = []
  let created: Uint8Array | null = null
  let prepared: Uint8Array | null = null
  const step = (event: AuthoringEvent): AuthoringFault | null => {
    if (state === null) {
      return 'not_commissioned'
    }
    const next = reduceAuthoring(state, event, params)
    state = next.state
    return next.fault
  }
  const count = (message: Authored, { bytes, id, sender }: OpenedEnvelope): AuthoringFault | null => {
    const fault = step({ type: 'message', message: { ...message, id, sender }, atMs: nowMs() })
    if (fault === null && message.type === 'create') {
      created = bytes
    } else if (fault === null) {
      prepared = bytes
    }
    return fault
  }
  const isEarly = (message: Authored): boolean =>
    message.type === 'create'
      ? state !== null && message.epoch === state.epoch + 1
      : early.some(({ envelope }) => envelope.id === message.theme)
  return {
    begin({ instance: { epoch, prev }, state: { authored, bindings, commissions } }) {
      if (state === null || state.prev !== prev) {
        known = new Set(bindings.map(({ node }) => node))
        state = beginAuthoring({ epoch, prev, commissions, authored }, nowMs())
        created = null
        prepared = null
        const held = early
        early = []
        for (const { envelope, message } of held) {
          count(message, envelope)
        }
      }
    },
    take(message, envelope) {
      if (!isEarly(message)) {
        return count(message, envelope)
      }
      if (!known.has(envelope.sender)) {
        return 'not_commissioned'
      }
      const hasSpoken = early.some((one) => one.envelope.sender === envelope.sender && one.message.type === message.type)
      if (hasSpoken || early.length >= MAX_EARLY) {
        return hasSpoken ? 'twice' : 'early'
      }
      early.push({ message, envelope })
      return null
    },
    ready: () => (state?.phase === 'ready' && created !== null && prepared !== null ? [created, prepared] : []),
    asked() {
      step({ type: 'asked' })
    }
  }
}
