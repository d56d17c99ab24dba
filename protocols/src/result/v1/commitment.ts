import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { CidString, Hex32, NodeId, TaskId } from '@cortensor/interface'
import { writeCid, writeId, writeNodeId } from '../../common/v1/checks.js'

const DOMAIN = 'cortensor/result/v1'

/** What a precommit binds a miner to; the salt keeps others from guessing an answer that they could copy. */
export function resultCommitment(taskId: TaskId, miner: NodeId, salt: Uint8Array, transcript: CidString): Hex32 {
  return bytesToHex32(
    domainHash(DOMAIN, writeId(taskId, 'taskId'), writeNodeId(miner, 'miner'), salt, writeCid(transcript, 'transcript'))
  )
}
