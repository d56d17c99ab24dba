import { createDeferred, type Deferred } from '@cortensor/utils'
import { abortable } from '../abortable.js'
import { engineError } from '../errors.js'

/** What a machine computes at a time, for all engines on it: first come, first served. */
export class Slots {
  readonly total: number
  readonly #queueLimit: number
  readonly #waiting = new Set<Deferred<void>>()
  #used = 0

  constructor(total: number, queueLimit: number) {
    this.total = total
    this.#queueLimit = queueLimit
  }

  get free(): number {
    return this.total - this.#used
  }

  get queueLength(): number {
    return this.#waiting.size
  }

  /** Throws `ENGINE_QUEUE_FULL` or the signal's reason. Every success needs one `release`. */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.free > 0) {
      this.#used++
      return
    }
    if (this.#waiting.size >= this.#queueLimit) {
      throw engineError('ENGINE_QUEUE_FULL', `${this.#waiting.size} requests wait already: try again later or another node`)
    }
    const turn = createDeferred<void>()
    this.#waiting.add(turn)
    try {
      await abortable(turn.promise, signal)
    } catch (error) {
      if (!this.#waiting.delete(turn)) {
        this.release()
      }
      throw error
    }
  }

  /** Hands the slot to whoever waits longest. */
  release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#used--
      return
    }
    this.#waiting.delete(next)
    next.resolve()
  }
}
