interface Waiting {
  isAlone: boolean
  start: () => void
}

/**
 * Lets evaluations of one context share batches, or have one for themselves, in the order in which they ask. How many rows a batch has
 * changes which kernels compute it and so, now and then, a rounding: what has to be the same to the last bit is computed alone.
 */
export class BatchGate {
  #shared = 0
  #isAlone = false
  #waiting: Waiting[] = []

  /** @param isAlone whether nothing else is evaluated meanwhile */
  async run<T>(isAlone: boolean, evaluate: () => Promise<T>): Promise<T> {
    await this.#enter(isAlone)
    try {
      return await evaluate()
    } finally {
      if (isAlone) {
        this.#isAlone = false
      } else {
        this.#shared--
      }
      this.#next()
    }
  }

  #enter(isAlone: boolean): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#isOpen(isAlone)) {
      this.#count(isAlone)
      return undefined
    }
    return new Promise((start) => {
      this.#waiting.push({ isAlone, start })
    })
  }

  #isOpen(isAlone: boolean): boolean {
    return !this.#isAlone && (!isAlone || this.#shared === 0)
  }

  #count(isAlone: boolean): void {
    if (isAlone) {
      this.#isAlone = true
    } else {
      this.#shared++
    }
  }

  #next(): void {
    for (let first = this.#waiting[0]; first !== undefined && this.#isOpen(first.isAlone); first = this.#waiting[0]) {
      this.#waiting.shift()
      this.#count(first.isAlone)
      first.start()
    }
  }
}
