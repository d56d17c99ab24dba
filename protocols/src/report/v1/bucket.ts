import { sha256 } from '@cortensor/crypto'
import { compareBytes } from '@cortensor/utils'
import { blockBytes, blockInt, blockList, blockMap } from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { readBlob } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { TOPIC_LIMITS } from '../../common/v1/limits.js'
import { MAX_BUCKET_BYTES, MAX_BUCKET_ITEMS } from './limits.js'
import type { Bucket } from './types.js'

function fromBlock(block: unknown): Bucket {
  const map = blockMap(block, ['version', 'items'], 'Bucket')
  blockInt(map.version, 1, 1, 'version')
  let last: Uint8Array | null = null
  const items = blockList(map.items, MAX_BUCKET_ITEMS, 'items').map((value) => {
    const item = readBlob(blockBytes(value, 'items'), TOPIC_LIMITS.oracle.maxBytes, 'items')
    const hash = sha256(item)
    if (last !== null && compareBytes(last, hash) >= 0) {
      throw wireError('WIRE_MALFORMED', 'items must be ordered by rising SHA-256, none twice')
    }
    last = hash
    return item
  })
  return { version: 1, items }
}

const codec = createBlockCodec<Bucket>({
  name: 'Bucket',
  maxBytes: MAX_BUCKET_BYTES,
  maxDepth: 2,
  maxValues: MAX_BUCKET_ITEMS + 8,
  toBlock: (bucket) => ({ version: bucket.version, items: bucket.items }),
  fromBlock
})

export const encodeBucket = codec.encode
export const decodeBucket = codec.decode
