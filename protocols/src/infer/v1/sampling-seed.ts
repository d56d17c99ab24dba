import { domainHash } from '@cortensor/crypto'
import type { NodeId, TaskId } from '@cortensor/interface'
import { uint64ToBytes } from '@cortensor/utils'
import { writeId, writeNodeId } from '../../common/v1/checks.js'

const DOMAIN = 'cortensor/sampling-seed/v1'

/** The seed that a miner must use for a task: 32 bytes. The nonce is the header's; no user seed counts as no bytes. */
export function samplingSeed(taskId: TaskId, miner: NodeId, nonce: Uint8Array, userSeed: bigint | null): Uint8Array {
  const seedBytes = userSeed === null ? new Uint8Array(0) : uint64ToBytes(userSeed)
  return domainHash(DOMAIN, writeId(taskId, 'taskId'), writeNodeId(miner, 'miner'), nonce, seedBytes)
}
