import type { GossipVerdict } from '@cortensor/interface'
import type { OpenedEnvelope, ResultMessage } from '@cortensor/protocols'
import type { Evidence } from '../evidence/evidence.js'

/** A miner's precommit or commit of a task's transcript. Whether they fit each other is judged when the report is derived. */
export function createResultHandler(evidence: Evidence) {
  return async (message: ResultMessage, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    const kind = message.type === 'precommit' ? 'precommits' : 'commits'
    const isNew = evidence.pool.addResult(kind, message.taskId, envelope, evidence.nowMs())
    await evidence.keep(isNew, envelope)
    return isNew ? 'accept' : 'ignore'
  }
}
