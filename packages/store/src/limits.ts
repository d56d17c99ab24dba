/** The largest block, in bytes, as `ContentGetOptions` documents. */
export const MAX_BLOCK_BYTES = 2_097_152
