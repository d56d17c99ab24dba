/** Text of `tokens`, given the ones before them; incomplete UTF-8 comes out as U+FFFD. */
export type Detokenise = (tokens: readonly number[], previous: readonly number[]) => string

/** An incomplete character has at most 3 bytes, each shown as at most one U+FFFD: a longer run is not a character. */
const TRAILING = /\uFFFD{1,3}$/
/** Tokens that cross character boundaries could chain for ever; after this many the text is given out as it is. */
const MAX_PENDING = 16
/** Enough context for the detokenisers that join words across tokens. */
const PREVIOUS = 4

/** Turns tokens into text one by one, without ever splitting a character. */
export class TokenDecoder {
  readonly #detokenise: Detokenise
  #pending: number[] = []
  #previous: number[] = []
  /** Characters of the pending tokens' text that were given out already. */
  #given = 0

  constructor(detokenise: Detokenise) {
    this.#detokenise = detokenise
  }

  /** @returns the text that became complete; empty in the middle of a character */
  push(token: number): string {
    this.#pending.push(token)
    const text = this.#detokenise(this.#pending, this.#previous)
    const complete = this.#pending.length < MAX_PENDING ? text.replace(TRAILING, '') : text
    const fresh = complete.slice(this.#given)
    this.#given = Math.max(this.#given, complete.length)
    if (complete.length === text.length) {
      this.#advance()
    }
    return fresh
  }

  /** The bytes of an incomplete character at the end, as replacement characters. */
  flush(): string {
    if (this.#pending.length === 0) {
      return ''
    }
    const text = this.#detokenise(this.#pending, this.#previous).slice(this.#given)
    this.#advance()
    return text
  }

  #advance(): void {
    this.#previous = [...this.#previous, ...this.#pending].slice(-PREVIOUS)
    this.#pending = []
    this.#given = 0
  }
}
