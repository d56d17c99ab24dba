import type { BlockRef, ChainEvent, Deployment } from '@cortensor/interface'
import { committeeAbi, distributorAbi, registryAbi, topicOf } from './abi.js'
import { logToClaim, logToCommit, logToRegistration } from './events.js'
import type { Log, LogFilter } from './logs.js'
import { logToSessionEvent, sessionTopics } from './sessions.js'

/** Everything that a follower passes on. */
export const followFilter = (deployment: Deployment): LogFilter => ({
  address: [deployment.registry, deployment.committee, deployment.distributor, deployment.sessions],
  topics: [
    [
      topicOf(registryAbi, 'Registered'),
      topicOf(committeeAbi, 'EpochCommitted'),
      topicOf(distributorAbi, 'Claimed'),
      ...sessionTopics
    ]
  ]
})

export function logToEvent(deployment: Deployment, log: Log, block: BlockRef): ChainEvent {
  switch (log.address) {
    case deployment.committee:
      return { type: 'epoch', block, commit: logToCommit(log, block) }
    case deployment.registry:
      return { type: 'registered', block, registration: logToRegistration(log) }
    case deployment.sessions:
      return logToSessionEvent(log, block)
    default:
      return logToClaim(log, block)
  }
}
