import type { Clock } from '@cortensor/interface'

/** Work with a limit of time; throws what the work throws at its abort. */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>
): Promise<T> {
  const limit = new AbortController()
  const cancel = clock.after(Math.max(0, limitMs), () => limit.abort(new DOMException('The time is over', 'TimeoutError')))
  try {
    return await work(AbortSignal.any([signal, limit.signal]))
  } finally {
    cancel()
  }
}
