import type { GossipVerdict, NetworkId } from '@cortensor/interface'
import type { OpenedEnvelope, TaskHeader } from '@cortensor/protocols'
import { taskIdOf } from '@cortensor/protocols'
import type { Evidence } from '../evidence/evidence.js'

/** A router's word that these miners may compute this task. */
export function createTaskHandler(networkId: NetworkId, evidence: Evidence) {
  return async (header: TaskHeader, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    const taskId = taskIdOf(networkId, envelope.sender, envelope.payload)
    const isNew = evidence.pool.addHeader(taskId, header, envelope, evidence.nowMs())
    await evidence.keep(isNew, envelope)
    return isNew ? 'accept' : 'ignore'
  }
}
