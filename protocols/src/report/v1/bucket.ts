import { blockBytes, blockInt, blockList, blockMap } from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { requireBlob } from '../../common/v1/checks.js'
import { envelopeId } from '../../common/v1/envelope.js'
import { wireError } from '../../common/v1/errors.js'
import { TOPIC_LIMITS } from '../../common/v1/limits.js'
import { MAX_BUCKET_BYTES, MAX_BUCKET_ITEMS } from './limits.js'
import type { Bucket } from './types.js'

/** With the envelopes' ids, in the same order. */
interface NamedBucket extends Bucket {
  ids: string[]
}

function fromBlock(block: unknown): NamedBucket {
  const map = blockMap(block, ['version', 'items'], 'Bucket')
  blockInt(map.version, 1, 1, 'version')
  const ids: string[] = []
  const items = blockList(map.items, MAX_BUCKET_ITEMS, 'items').map((value) => {
    // Parsing has made them bytes of their own.
    const item = requireBlob(blockBytes(value, 'items'), TOPIC_LIMITS.oracle.maxBytes, 'items')
    const id = envelopeId(item)
    const last = ids.at(-1)
    if (last !== undefined && last >= id) {
      throw wireError('WIRE_MALFORMED', 'items must be ordered by rising SHA-256, none twice')
    }
    ids.push(id)
    return item
  })
  return { version: 1, items, ids }
}

const codec = createBlockCodec<NamedBucket>({
  name: 'Bucket',
  maxBytes: MAX_BUCKET_BYTES,
  maxDepth: 2,
  maxValues: MAX_BUCKET_ITEMS + 8,
  toBlock: (bucket) => ({ version: bucket.version, items: bucket.items }),
  fromBlock
})

export const encodeBucket = (bucket: Bucket): Uint8Array => codec.encode({ ...bucket, ids: [] })

export function decodeBucket(bytes: Uint8Array): Bucket {
  const { items, version } = codec.decode(bytes)
  return { version, items }
}

/** The envelopes of a bucket by their ids, which checking their order gives anyway. */
export function openBucket(bytes: Uint8Array): Map<string, Uint8Array> {
  const { ids, items } = codec.decode(bytes)
  return new Map(ids.map((id, i) => [id, items[i] as Uint8Array]))
}
