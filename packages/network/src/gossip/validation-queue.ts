export interface ValidationQueueInit {
  /** Validations in progress at a time. */
  concurrency: number
  /** Validations waiting for a place. */
  limit: number
}

export interface ValidationQueue {
  /** False when the queue is full; the task is not run then. Tasks must not reject. */
  push(task: () => Promise<void>): boolean
  /** Resolves when nothing is in progress. Waiting tasks are forgotten. */
  drain(): Promise<void>
}

/** Bounds how much validation work gossip can cause; the newcomer is dropped. */
export function createValidationQueue(init: ValidationQueueInit): ValidationQueue {
  const waiting: (() => Promise<void>)[] = []
  const running = new Set<Promise<void>>()
  const next = (): void => {
    while (running.size < init.concurrency) {
      const task = waiting.shift()
      if (task === undefined) {
        return
      }
      const run: Promise<void> = task().finally(() => {
        running.delete(run)
        next()
      })
      running.add(run)
    }
  }
  return {
    push(task) {
      if (waiting.length >= init.limit) {
        return false
      }
      waiting.push(task)
      next()
      return true
    },
    async drain() {
      waiting.length = 0
      await Promise.all(running)
    }
  }
}
