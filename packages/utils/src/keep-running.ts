import type { Clock } from '@cortensor/interface'

export interface KeepRunningInit {
  clock: Clock
  /** Wait after a failure, in ms. @default 1000, about one block of a fast chain */
  retryMs?: number
  onError: (error: unknown) => void
}

/** Runs `work` until the signal aborts: again when it has ended, and after a wait when it has failed. Never throws. */
export async function keepRunning(work: () => Promise<void>, init: KeepRunningInit, signal: AbortSignal): Promise<void> {
  const { clock, onError, retryMs = 1_000 } = init
  while (!signal.aborted) {
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) {
        onError(error)
        await clock.sleep(retryMs, { signal }).catch(() => {})
      }
    }
  }
}
