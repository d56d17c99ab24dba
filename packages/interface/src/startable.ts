/**
 * Something with a lifecycle. Factories do no I/O and return stopped things; `start` and `stop` are idempotent; `stop` resolves
 * only when nothing of ours is pending any more.
 */
export interface Startable {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Every port method takes one; aborting rejects with the signal's reason as soon as possible. */
export interface AbortOptions {
  signal?: AbortSignal | undefined
}
