/** As many as one observation names buckets. */
export const MAX_BLOCKS_PER_REQUEST = 64

/** Of one block, as the content store takes it. */
export const MAX_SERVED_BLOCK_BYTES = 2_097_152

export interface BlocksLimits {
  /** Longest request, in bytes. */
  maxRequestBytes: number
  /** Longest single message of the answer, in bytes: one block. */
  maxResponseBytes: number
}

/** What the handler and the caller of a `blocks` stream give to the network; a hash takes 34 bytes with its tag and length. */
export const BLOCKS_LIMITS: BlocksLimits = {
  maxRequestBytes: MAX_BLOCKS_PER_REQUEST * 34,
  maxResponseBytes: MAX_SERVED_BLOCK_BYTES
}
