import { createSigner, sha256 } from '@cortensor/crypto'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'

export const hashOf = (text) => sha256(utf8ToBytes(text))

/** A node with its operator, always the same one for a name. */
export const signerOf = (name) => createSigner({ nodeSeed: hashOf(`node ${name}`), operatorKey: hashOf(`operator ${name}`) })

export const addressOf = (name) => `0x${bytesToHex(hashOf(name).subarray(0, 20))}`
