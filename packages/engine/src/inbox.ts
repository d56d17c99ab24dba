import type { GenerateEvent } from '@cortensor/interface'

/**
 * What one generation has produced and its consumer has not taken yet. Tokens that gather become one event, so a slow consumer
 * gets larger pieces instead of a longer queue; there are never more than three events, and no more tokens than the context holds.
 */
export class Inbox {
  #events: GenerateEvent[] = []
  #failure: { error: unknown } | undefined
  #wake: (() => void) | undefined

  push(event: GenerateEvent): void {
    if (this.#failure !== undefined) {
      return
    }
    const last = this.#events.at(-1)
    if (event.type === 'token' && last?.type === 'token') {
      last.tokenIds.push(...event.tokenIds)
      last.text += event.text
    } else {
      this.#events.push(event)
    }
    this.#wake?.()
  }

  /** Drops what was not taken; the first failure stays. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#events = []
    this.#wake?.()
  }

  async next(): Promise<GenerateEvent> {
    for (;;) {
      if (this.#failure !== undefined) {
        throw this.#failure.error
      }
      const event = this.#events.shift()
      if (event !== undefined) {
        return event
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
