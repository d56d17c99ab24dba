import type { NetworkId, NodeId, Verifier } from '@cortensor/interface'
import { envelopeId, openEnvelope, peekEnvelope } from '../../common/v1/envelope.js'
import { decodeQuizMessage } from './codec.js'
import type { CreatedTheme, PreparedQuestions, RoundOpen } from './types.js'

/** What nodes have written for a round, and which. */
export interface AuthoredChallenge {
  creator: NodeId
  preparer: NodeId
  theme: CreatedTheme
  questions: readonly string[]
}

/** What one of the two messages says, and who; null for anything else. */
export type AuthorMessage =
  | ({ type: 'create'; id: string; sender: NodeId } & CreatedTheme)
  | ({ type: 'prepare'; id: string; sender: NodeId } & PreparedQuestions)

function readAuthorMessage(bytes: Uint8Array, sender: NodeId, payload: Uint8Array): AuthorMessage | null {
  const message = decodeQuizMessage(payload)
  return message.type === 'create' || message.type === 'prepare' ? { ...message, id: envelopeId(bytes), sender } : null
}

function challengeOf(messages: readonly (AuthorMessage | null)[]): AuthoredChallenge | null {
  const [created, prepared] = messages
  if (created?.type !== 'create' || prepared?.type !== 'prepare' || prepared.theme !== created.id) {
    return null
  }
  const { category, epoch, prev, sender: creator, subTopic, topic } = created
  const theme = { epoch, prev, category, topic, subTopic }
  return { creator, preparer: prepared.sender, theme, questions: prepared.questions }
}

function readAuthored(authored: readonly Uint8Array[]): AuthoredChallenge | null {
  try {
    return challengeOf(
      authored.map((bytes) => {
        const { payload, sender } = peekEnvelope(bytes, 'quiz')
        return readAuthorMessage(bytes, sender, payload)
      })
    )
  } catch {
    return null
  }
}

/** By the list of an opening: each answer of a round asks what was asked. */
const known = new WeakMap<readonly Uint8Array[], AuthoredChallenge | null>()

/**
 * What an opening asks that nodes have written; null where it asks about a topic of the catalogue, or is malformed. Signatures are not checked by
 * that: see {@link isAuthoredSigned}.
 */
export function authoredOf({ authored }: Pick<RoundOpen, 'authored'>): AuthoredChallenge | null {
  if (authored.length === 0) {
    return null
  }
  const before = known.get(authored)
  const challenge = before === undefined ? readAuthored(authored) : before
  known.set(authored, challenge)
  return challenge
}

/**
 * Whether the envelopes of an opening are what they have to be, and signed by whom they name; also true of an opening without
 * any.
 */
export async function isAuthoredSigned(
  { authored }: Pick<RoundOpen, 'authored'>,
  { networkId, verifier }: { networkId: NetworkId; verifier: Verifier }
): Promise<boolean> {
  if (authored.length === 0) {
    return true
  }
  try {
    for (const bytes of authored) {
      await openEnvelope(bytes, { networkId, family: 'quiz', verifier, nowMs: null })
    }
    return authoredOf({ authored }) !== null
  } catch {
    return false
  }
}
