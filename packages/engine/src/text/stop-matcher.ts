export interface StopMatch {
  /** Text that is certain to belong to the answer. */
  text: string
  /** True once a stop string was completed; nothing may be pushed after that. */
  stopped: boolean
}

/**
 * Ends a stream of text before the first completed stop string, whatever pieces the text arrives in. What might still become a
 * stop string is held back.
 */
export class StopMatcher {
  readonly #stops: readonly string[]
  #held = ''

  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  push(piece: string): StopMatch {
    const text = this.#held + piece
    const start = this.#findStop(text)
    if (start !== undefined) {
      this.#held = ''
      return { text: text.slice(0, start), stopped: true }
    }
    const heldLength = this.#partialLength(text)
    this.#held = text.slice(text.length - heldLength)
    return { text: text.slice(0, text.length - heldLength), stopped: false }
  }

  /** What was held back when the answer ended otherwise. */
  flush(): string {
    const text = this.#held
    this.#held = ''
    return text
  }

  /** Of several complete stop strings the one that ends first counts, then the longest: so the pieces make no difference. */
  #findStop(text: string): number | undefined {
    let best: { start: number; end: number } | undefined
    for (const stop of this.#stops) {
      const start = text.indexOf(stop)
      const end = start + stop.length
      if (start >= 0 && (best === undefined || end < best.end || (end === best.end && start < best.start))) {
        best = { start, end }
      }
    }
    return best?.start
  }

  /** Length of the longest end of `text` that begins a stop string. */
  #partialLength(text: string): number {
    let longest = 0
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
        if (text.endsWith(stop.slice(0, length))) {
          longest = length
        }
      }
    }
    return longest
  }
}
