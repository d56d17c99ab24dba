import { domainHash } from '@cortensor/crypto'
import type { NetworkId, NodeId, SessionId, TaskId } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { writeNodeId } from '../../common/v1/checks.js'
import { networkIdToBytes } from '../../common/v1/network-id.js'

const TASK_DOMAIN = 'cortensor/task/v1'

/** The id of the task that a router opens with an encoded header; it holds for one network and one router. */
export function taskIdOf(networkId: NetworkId, router: NodeId, headerPayload: Uint8Array): TaskId {
  return bytesToHex(domainHash(TASK_DOMAIN, networkIdToBytes(networkId), writeNodeId(router, 'router'), headerPayload)) as TaskId
}

/** The session of tasks that nobody has escrowed money for. */
export const OPEN_SESSION = '00'.repeat(32) as SessionId
