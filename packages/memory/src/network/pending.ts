/** Counts what is in progress, so that `stop` can wait for it. */
export class Pending {
  #count = 0
  #waiters: (() => void)[] = []

  enter(): void {
    this.#count++
  }

  leave(): void {
    this.#count--
    if (this.#count === 0) {
      const waiters = this.#waiters
      this.#waiters = []
      for (const wake of waiters) {
        wake()
      }
    }
  }

  /** Resolves when nothing is in progress. */
  async idle(): Promise<void> {
    while (this.#count > 0) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve)
      })
    }
  }
}
