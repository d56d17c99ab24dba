import { MAX_TRANSCRIPT_BYTES } from '../../transcript/v1/limits.js'

/** Siblings on the way from a leaf to the root: a report has far fewer than a million rows. */
export const MAX_INCLUSION_PROOF = 40
/** A transcript in base64, a full committee with its signatures at some 400 bytes a member, and everything else. */
export const MAX_RECEIPT_BYTES = Math.ceil(MAX_TRANSCRIPT_BYTES / 3) * 4 + 32 * 1024
