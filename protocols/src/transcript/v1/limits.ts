/** Half of what a store gives by default, so that a transcript is always fetched. */
export const MAX_TRANSCRIPT_BYTES = 1_048_576
/** Longest text of one generation: four bytes for each token of the longest answer. */
export const MAX_GENERATION_TEXT_BYTES = 131_072
/** Token ids of engines are signed 32-bit. */
export const MAX_TOKEN_ID = 0x7fff_ffff
/** All token ids of the longest prompt and answer, and every other value of a transcript at its limits. */
export const MAX_TRANSCRIPT_VALUES = 400_000
/** Root, generations, generation, messages, message; token ids are one level less. */
export const MAX_TRANSCRIPT_DEPTH = 5
