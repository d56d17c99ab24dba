import type { Clock } from '@cortensor/interface'

/** Longest delay that timers take; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

/** Wall-clock time. */
export function createRealClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, options) =>
      new Promise((resolve, reject) => {
        const signal = options?.signal
        if (signal?.aborted === true) {
          reject(signal.reason)
          return
        }
        const onAbort = (): void => {
          clearTimeout(timer)
          reject(signal?.reason)
        }
        const timer = setTimeout(
          () => {
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
          Math.min(Math.max(0, ms), MAX_TIMER_MS)
        )
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    after(ms, task) {
      const timer = setTimeout(task, Math.min(Math.max(0, ms), MAX_TIMER_MS))
      return () => clearTimeout(timer)
    },
    every(ms, task) {
      const timer = setInterval(task, Math.min(Math.max(1, ms), MAX_TIMER_MS))
      return () => clearInterval(timer)
    }
  }
}
