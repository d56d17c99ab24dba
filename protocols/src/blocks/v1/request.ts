import type { Hex32 } from '@cortensor/interface'
import { readDistinct, readHex32, readList, writeHex32 } from '../../common/v1/checks.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { BlocksRequest as WireBlocksRequest } from './generated/blocks.js'
import { BLOCKS_LIMITS, MAX_BLOCKS_PER_REQUEST } from './limits.js'

export interface BlocksRequest {
  /** SHA-256 of the blocks that are asked for, none twice. */
  hashes: Hex32[]
}

const codec = createWireCodec<BlocksRequest, WireBlocksRequest>({
  name: 'BlocksRequest',
  maxBytes: BLOCKS_LIMITS.maxRequestBytes,
  message: WireBlocksRequest,
  toWire: ({ hashes }) => ({ hashes: hashes.map((hash) => writeHex32(hash, 'hashes')) }),
  fromWire(wire) {
    const hashes = readList(wire.hashes, 1, MAX_BLOCKS_PER_REQUEST, 'hashes').map((hash) => readHex32(hash, 'hashes'))
    return { hashes: readDistinct(hashes, String, 'hashes') }
  }
})

export const encodeBlocksRequest = codec.encode
export const decodeBlocksRequest = codec.decode
