/** Largest committee, as the contract accepts it. */
export const MAX_COMMITTEE = 31
/** Bucket blocks of one observation: at 1 MiB each, 64 hold some 200,000 results. */
export const MAX_BUCKETS = 64
/** Nodes that one observation measures; with 31 observers a report of full ones would not fit, see the report's README. */
export const MAX_MEASURES = 2_048
/** Presence slots of one measure: two days at one in three seconds. */
export const MAX_PRESENCE_SLOTS = 65_535
/** A TIMEOUT's envelope takes at most some 330 bytes; rounded up. */
export const MAX_TIMEOUT_ENVELOPE_BYTES = 512
/** r and s with the parity in its top bit. */
export const SIGNATURE_BYTES = 64
