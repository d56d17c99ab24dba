import { setTimeout as sleep } from 'node:timers/promises'

/** What `work` gives within the time, or null; it goes on. Rejects as it does, and with the reason of the signal. */
export async function soon<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | null> {
  work.catch(() => {})
  signal.throwIfAborted()
  const over = new AbortController()
  const late = sleep(ms, null, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => null)
  const found = await Promise.race([work, late]).finally(() => over.abort())
  signal.throwIfAborted()
  return found
}
