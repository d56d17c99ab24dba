import type { TopicFamily } from './types.js'

const KIB = 1024
const MINUTE_MS = 60_000

export interface TopicLimits {
  /** Longest envelope, in bytes. */
  maxBytes: number
  /** Furthest that an expiry may lie ahead of the receiver's clock, in ms. */
  maxLifetimeMs: number
}

/**
 * Sizes: room for a message with every field at its limit, which a test proves. Lifetimes: four presence intervals for presence; for
 * the rest as long as a public network lets a result wait for its report.
 */
export const TOPIC_LIMITS: Readonly<Record<TopicFamily, TopicLimits>> = {
  presence: { maxBytes: 16 * KIB, maxLifetimeMs: MINUTE_MS },
  task: { maxBytes: 8 * KIB, maxLifetimeMs: 10 * MINUTE_MS },
  result: { maxBytes: 2 * KIB, maxLifetimeMs: 10 * MINUTE_MS },
  quiz: { maxBytes: 96 * KIB, maxLifetimeMs: 10 * MINUTE_MS },
  oracle: { maxBytes: 160 * KIB, maxLifetimeMs: 10 * MINUTE_MS }
}

/** Everything of an envelope but its payload takes at most 198 bytes; rounded up. */
export const MAX_ENVELOPE_OVERHEAD_BYTES = 256

/** Longest payload of a family, in bytes. */
export const maxPayloadBytes = (family: TopicFamily): number => TOPIC_LIMITS[family].maxBytes - MAX_ENVELOPE_OVERHEAD_BYTES

/** Longest topic name; `/cortensor/<16 hex>/presence/1` has 38 bytes. */
export const MAX_TOPIC_BYTES = 64

/** Longest answer, in tokens: what keeps a transcript with a long prompt below its size limit. */
export const MAX_ANSWER_TOKENS = 32_768

/** Longest prompt, in tokens: the longest payload with one token a byte, and as much again for what a chat template adds. */
export const MAX_PROMPT_TOKENS = 262_144

/** A million COR for a thousand tokens: with {@link MAX_ANSWER_TOKENS} the fee of a task stays far below 2^63. */
export const MAX_PRICE_MICRO_PER_KILOTOKEN = 1_000_000_000_000

/** Longest engine fingerprint, in bytes. */
export const MAX_FINGERPRINT_BYTES = 128

/** 45 days of views of a minute: more is not a view that anyone reached. */
export const MAX_VIEW = 65_535

/** Token amounts fit a signed 64-bit integer, see `TokenAmount`. */
export const MAX_TOKEN_AMOUNT = 2n ** 63n - 1n
