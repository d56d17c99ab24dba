import type { GossipVerdict } from '@cortensor/interface'
import type { OpenedEnvelope, ResultMessage } from '@cortensor/protocols'
import type { Evidence } from '../evidence/evidence.js'
import { addResultMessage } from '../evidence/pool.js'

/**
 * A miner's precommit or commit of a task's transcript, or an auditor's vote on one. Whether they fit each other, and whether the sender
 * was drawn, is judged when the report is derived.
 */
export function createResultHandler(evidence: Evidence) {
  return async (message: ResultMessage, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    const isNew = addResultMessage(evidence.pool, message, envelope, evidence.nowMs())
    await evidence.keep(isNew, envelope)
    return isNew ? 'accept' : 'ignore'
  }
}
