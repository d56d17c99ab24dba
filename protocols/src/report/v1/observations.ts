import { blockBytes } from '../../common/v1/block-checks.js'
import { readBlob } from '../../common/v1/checks.js'
import { TOPIC_LIMITS } from '../../common/v1/limits.js'
import type { RowCodec } from './row-codec.js'

/** Envelopes; their order, by sender, is not visible here. */
export const observationRows: RowCodec<Uint8Array> = {
  keyOf: null,
  toBlock: (envelope) => envelope,
  fromBlock: (block) => readBlob(blockBytes(block, 'observations'), TOPIC_LIMITS.oracle.maxBytes, 'observations')
}
