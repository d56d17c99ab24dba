import type { GossipVerdict, NodeId } from '@cortensor/interface'
import type { OpenedEnvelope, OracleMessage } from '@cortensor/protocols'
import { instanceKey, memberIndex } from '@cortensor/protocols'
import type { Head } from '../head.js'

export interface OracleHandlerInit {
  head: () => Head | null
  /** A message of the epoch that is worked on. */
  onMessage: (message: OracleMessage, envelope: OpenedEnvelope) => void
}

export interface OracleHandler {
  handle(message: OracleMessage, envelope: OpenedEnvelope): GossipVerdict
  /** The head has moved: what came early is handed over now. */
  replay(): void
}

/** Others may see a commit a little earlier than we do; what each says of the next epoch is kept. A view makes four messages a member. */
const EARLY_MESSAGES = 8

/** Messages of the committee's members about the epoch that is worked on, or the one after it. */
export function createOracleHandler(init: OracleHandlerInit): OracleHandler {
  let early: { message: OracleMessage; envelope: OpenedEnvelope }[] = []
  const earlyOf = (sender: NodeId): number => early.filter(({ envelope }) => envelope.sender === sender).length
  return {
    handle(message, envelope) {
      const head = init.head()
      if (head === null || memberIndex(head.committee, envelope.sender) < 0) {
        return 'ignore'
      }
      if (instanceKey(message.instance) === instanceKey(head.instance)) {
        init.onMessage(message, envelope)
        return 'accept'
      }
      if (message.instance.epoch === head.instance.epoch + 1 && earlyOf(envelope.sender) < EARLY_MESSAGES) {
        early.push({ message, envelope })
        return 'accept'
      }
      return 'ignore'
    },
    replay() {
      const held = early
      early = []
      for (const { message, envelope } of held) {
        this.handle(message, envelope)
      }
    }
  }
}
