import { domainHash } from '@cortensor/crypto'
import type { NodeId, Signer, TaskId } from '@cortensor/interface'
import { writeId, writeNodeId } from '../../common/v1/checks.js'

const KEY_DOMAIN = 'cortensor/transcript-key/v1'
const WINDOW_SALT_DOMAIN = 'cortensor/window-salt/v1'
const BOX_DOMAIN = 'cortensor/key-box/v1'

const ofAnswer = (domain: string, salt: Uint8Array, taskId: TaskId, miner: NodeId): Uint8Array =>
  domainHash(domain, salt, writeId(taskId, 'taskId'), writeNodeId(miner, 'miner'))

/** What the body of a private answer is sealed with; the salt is the one that opens its header's commitment to the payload. */
export const transcriptKey = (salt: Uint8Array, taskId: TaskId, miner: NodeId): Uint8Array =>
  ofAnswer(KEY_DOMAIN, salt, taskId, miner)

/** What goes into the leaves of a private answer. It may be told with a leaf, and opens nothing else. */
export const windowSalt = (salt: Uint8Array, taskId: TaskId, miner: NodeId): Uint8Array =>
  ofAnswer(WINDOW_SALT_DOMAIN, salt, taskId, miner)

/** Made of a signature, which is the same every time: a miner that was restarted finds it again, and nobody else does. */
export const keyBoxKey = async (signer: Pick<Signer, 'sign'>, taskId: TaskId): Promise<Uint8Array> =>
  domainHash(BOX_DOMAIN, await signer.sign(domainHash(BOX_DOMAIN, writeId(taskId, 'taskId'))))
