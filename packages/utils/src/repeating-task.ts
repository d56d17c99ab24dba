import type { Cancel, Clock, Startable } from '@cortensor/interface'

export interface RepeatingTaskInit {
  clock: Clock
  /** From one start to the next, in ms; a run that takes longer skips the starts it misses. */
  intervalMs: number
  /** Run once at `start`. @default false */
  immediately?: boolean
  task: (signal: AbortSignal) => Promise<void>
  /** Told of every failed run; the next one happens all the same. */
  onError: (error: unknown) => void
}

/** Runs a task again and again, never twice at a time. `stop` aborts the current run and waits for it. */
export function createRepeatingTask(init: RepeatingTaskInit): Startable {
  let controller: AbortController | undefined
  let cancel: Cancel | undefined
  let running: Promise<void> | undefined
  const run = (): void => {
    const signal = controller?.signal
    if (running !== undefined || signal === undefined) {
      return
    }
    running = init
      .task(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) {
          init.onError(error)
        }
      })
      .finally(() => {
        running = undefined
      })
  }
  return {
    async start() {
      if (controller !== undefined) {
        return
      }
      controller = new AbortController()
      cancel = init.clock.every(init.intervalMs, run)
      if (init.immediately === true) {
        run()
      }
    },
    async stop() {
      cancel?.()
      cancel = undefined
      controller?.abort()
      controller = undefined
      await running
    }
  }
}
