import type { Clock } from '@cortensor/interface'

/** Work that is given up after a while, or when the signal aborts. */
export async function withPatience<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>
): Promise<T> {
  const limit = new AbortController()
  const cancel = clock.after(ms, () => limit.abort(new DOMException('The view is nearly over', 'TimeoutError')))
  try {
    return await work(AbortSignal.any([signal, limit.signal]))
  } finally {
    cancel()
  }
}
