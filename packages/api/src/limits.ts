/** Bounds of the HTTP surface. */
export interface ApiLimits {
  /** Longest request body, in bytes. @default 1048576 */
  maxBodyBytes?: number
  /** Completions in progress at a time; more are answered 429. @default 1024 */
  maxCompletions?: number
  /** Silence after which a stream sends a comment, in ms. @default 10000 */
  heartbeatMs?: number
}

export const DEFAULT_LIMITS: Required<ApiLimits> = {
  // Several times the longest context of today's models as text.
  maxBodyBytes: 1_048_576,
  // Each holds a socket, an iterator and a few kilobytes.
  maxCompletions: 1_024,
  // Proxies commonly give up after 30 to 60 s of silence.
  heartbeatMs: 10_000
}
