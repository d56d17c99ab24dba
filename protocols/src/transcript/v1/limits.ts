/** As much as a store keeps in one block and gives by default: the longest answer has 1.4 MB of logits. */
export const MAX_TRANSCRIPT_BYTES = 2_097_152
/** Longest text of one generation: four bytes for each token of the longest answer. */
export const MAX_GENERATION_TEXT_BYTES = 131_072
/** Token ids of engines are signed 32-bit. */
export const MAX_TOKEN_ID = 0x7fff_ffff
/** All token ids of the longest prompt and answer, and every other value of a transcript at its limits. */
export const MAX_TRANSCRIPT_VALUES = 400_000
/** Root, generations, generation, messages or windows, message or window; token ids are one level less. */
export const MAX_TRANSCRIPT_DEPTH = 5
/** Of the times in a transcript: 49 days in ms. */
export const MAX_TIMING_MS = 0xffff_ffff
