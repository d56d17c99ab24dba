import type { BlockRef, ChainEvent, Deployment } from '@cortensor/interface'
import { committeeAbi, distributorAbi, registryAbi, topicOf } from './abi.js'
import { logToClaim, logToCommit, logToRegistration } from './events.js'
import type { Log, LogFilter } from './logs.js'
import { logToSessionEvent, sessionTopics } from './sessions.js'

const REGISTERED = topicOf(registryAbi, 'Registered')
const EPOCH_COMMITTED = topicOf(committeeAbi, 'EpochCommitted')
const CLAIMED = topicOf(distributorAbi, 'Claimed')

/** Everything that a follower passes on. */
export const followFilter = (deployment: Deployment): LogFilter => ({
  // The committee's contract is the distributor too.
  address: [...new Set([deployment.registry, deployment.committee, deployment.distributor, deployment.sessions])],
  topics: [[REGISTERED, EPOCH_COMMITTED, CLAIMED, ...sessionTopics]]
})

export function logToEvent(log: Log, block: BlockRef): ChainEvent {
  switch (log.topics[0]) {
    case EPOCH_COMMITTED:
      return { type: 'epoch', block, commit: logToCommit(log, block) }
    case REGISTERED:
      return { type: 'registered', block, registration: logToRegistration(log) }
    case CLAIMED:
      return logToClaim(log, block)
    default:
      return logToSessionEvent(log, block)
  }
}
