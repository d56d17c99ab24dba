import { engineError } from './errors.js'

/** Gives a slot back; harmless when called again. */
export type Release = () => void

interface Waiting {
  grant(): void
  fail(error: unknown): void
}

/** A first-come first-served queue for a number of slots that can change: 0 while the child process is down. */
export class Slots {
  readonly #queueLimit: number
  readonly #waiting = new Set<Waiting>()
  #total = 0
  #used = 0

  constructor(queueLimit: number) {
    this.#queueLimit = queueLimit
  }

  get free(): number {
    return Math.max(0, this.#total - this.#used)
  }

  get queueLength(): number {
    return this.#waiting.size
  }

  setTotal(total: number): void {
    this.#total = total
    this.#grantFree()
  }

  /** @throws `ENGINE_QUEUE_FULL`, or the signal's reason */
  async acquire(signal: AbortSignal | undefined): Promise<Release> {
    signal?.throwIfAborted()
    if (this.free > 0) {
      return this.#take()
    }
    if (this.#waiting.size >= this.#queueLimit) {
      throw engineError('ENGINE_QUEUE_FULL', `${this.#waiting.size} requests wait already: try again later or another node`)
    }
    return this.#wait(signal)
  }

  /** Every waiting request fails with `error`. */
  failWaiting(error: unknown): void {
    for (const waiting of [...this.#waiting]) {
      waiting.fail(error)
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<Release> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', onAbort)
      }
      const waiting: Waiting = {
        grant: () => {
          leave()
          resolve(this.#take())
        },
        fail: (error) => {
          leave()
          reject(error)
        }
      }
      const onAbort = () => waiting.fail(signal?.reason)
      this.#waiting.add(waiting)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  #take(): Release {
    this.#used++
    let released = false
    return () => {
      if (!released) {
        released = true
        this.#used--
        this.#grantFree()
      }
    }
  }

  #grantFree(): void {
    for (const waiting of this.#waiting) {
      if (this.free === 0) {
        return
      }
      waiting.grant()
    }
  }
}
