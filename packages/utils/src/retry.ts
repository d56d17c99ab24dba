import type { AbortOptions, Clock } from '@cortensor/interface'

export interface RetryInit extends AbortOptions {
  clock: Clock
  /** Tries in all. @default 5 */
  attempts?: number
  /** Wait before the second try; doubles each time, in ms. @default 100 */
  baseDelayMs?: number
  /** Longest wait, in ms. @default 5000 */
  maxDelayMs?: number
  /** False ends the retrying at once. @default always true */
  shouldRetry?: (error: unknown) => boolean
}

/** Runs `operation` until it succeeds; throws its last error. */
export async function retry<T>(operation: (attempt: number) => Promise<T>, init: RetryInit): Promise<T> {
  const attempts = init.attempts ?? 5
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation(attempt)
    } catch (error) {
      if (attempt >= attempts || init.signal?.aborted === true || init.shouldRetry?.(error) === false) {
        throw error
      }
      const delay = Math.min((init.baseDelayMs ?? 100) * 2 ** (attempt - 1), init.maxDelayMs ?? 5000)
      await init.clock.sleep(delay, { signal: init.signal })
    }
  }
}
