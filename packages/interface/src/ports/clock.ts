import type { AbortOptions } from '../startable.js'

/** Cancels what was scheduled; harmless when it already ran. */
export type Cancel = () => void

/** Time as the roles see it. The real one lives in utils, the virtual one in memory. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, options?: AbortOptions): Promise<void>
  /** Runs `task` once after `ms`. */
  after(ms: number, task: () => void): Cancel
  /** Runs `task` every `ms`, first after `ms`. A task that throws is the caller's bug. */
  every(ms: number, task: () => void): Cancel
}
