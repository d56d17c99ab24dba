import { blockBytes, blockIndex, blockRow, indexToBlock } from '../../common/v1/block-checks.js'
import { readId, writeId } from '../../common/v1/checks.js'
import type { RowCodec } from './row-codec.js'
import type { Exclusion, ExclusionReason } from './types.js'

/** By wire number; only ever extended at the end. */
export const EXCLUSION_REASONS: readonly ExclusionReason[] = [
  'invalid',
  'expired',
  'too_early',
  'consumed',
  'duplicate',
  'unknown_node',
  'not_allowed',
  'mismatch',
  'incomplete',
  'late',
  'over_limit',
  'twin'
]

export const exclusionRows: RowCodec<Exclusion> = {
  keyOf: ({ item }) => item,
  toBlock: ({ item, reason }) => [writeId(item, 'exclusions.item'), indexToBlock(reason, EXCLUSION_REASONS, 'exclusions.reason')],
  fromBlock(block) {
    const [item, reason] = blockRow(block, 2, 'exclusions')
    return {
      item: readId(blockBytes(item, 'exclusions.item'), 'exclusions.item'),
      reason: blockIndex(reason, EXCLUSION_REASONS, 'exclusions.reason')
    }
  }
}
