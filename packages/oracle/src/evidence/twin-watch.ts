import type { NodeId } from '@cortensor/interface'
import { instanceKey, type OpenedEnvelope, type OracleMessage, type Propose } from '@cortensor/protocols'
import { type Head, leaderAt } from '../head.js'
import type { Evidence } from './evidence.js'

export interface TwinWatchInit {
  head: () => Head | null
  evidence: Pick<Evidence, 'keep' | 'pool'>
}

/** Views of one leader of which the proposal is remembered; a faulty one that says more only hides its own words. */
const MAX_VIEWS = 16

/** Looks for leaders that propose two reports in one view, and keeps both for the next report. */
export function createTwinWatch({ evidence, head }: TwinWatchInit) {
  let current = ''
  let heard = new Map<NodeId, Map<number, { propose: Propose; envelope: OpenedEnvelope }>>()

  return async (message: OracleMessage, envelope: OpenedEnvelope): Promise<void> => {
    const place = head()
    if (message.type !== 'propose' || place === null || leaderAt(place, message.view) !== envelope.sender) {
      return
    }
    const instance = instanceKey(message.instance)
    if (instance !== current) {
      current = instance
      heard = new Map()
    }
    const own = heard.get(envelope.sender) ?? new Map<number, { propose: Propose; envelope: OpenedEnvelope }>()
    heard.set(envelope.sender, own)
    const first = own.get(message.view)
    if (first === undefined) {
      if (own.size < MAX_VIEWS) {
        own.set(message.view, { propose: message, envelope })
      }
      return
    }
    if (first.propose.digest !== message.digest || first.propose.report !== message.report) {
      for (const twin of [first, { propose: message, envelope }]) {
        await evidence.keep(evidence.pool.addProposal(twin.propose, twin.envelope), twin.envelope)
      }
    }
  }
}
