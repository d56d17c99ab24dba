import type { Clock } from '@cortensor/interface'
import { linkSignals } from './linked-signal.js'

/**
 * Work with a limit of time: after `limitMs`, or when `signal` aborts, the signal that it was given aborts. Throws what the work throws then,
 * a `TimeoutError` if it throws the signal's reason.
 */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>
): Promise<T> {
  const limit = linkSignals(signal)
  const cancel = clock.after(Math.max(0, limitMs), () => limit.abort(new DOMException('The time is over', 'TimeoutError')))
  try {
    return await work(limit.signal)
  } finally {
    cancel()
    limit.unlink()
  }
}
