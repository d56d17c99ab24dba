import { StopMatcher } from './stop-matcher.js'
import { type Detokenise, TokenDecoder } from './token-decoder.js'

/** What is known of a model's tokens. */
export interface TokenTexts {
  detokenise: Detokenise
  /** Ends the generation. */
  isEog(token: number): boolean
}

export interface AnswerStep {
  /** Text that became certain with this token. */
  text: string
  /** Set with the last token of the answer; nothing may be pushed after that. */
  ending: 'eog' | 'stop' | 'limit' | undefined
}

/** The text of an answer and where it ends, from its tokens alone: writing and reading an answer agree on both. */
export class AnswerText {
  readonly #texts: TokenTexts
  readonly #decoder: TokenDecoder
  readonly #stops: StopMatcher
  readonly #maxTokens: number
  #count = 0

  constructor(texts: TokenTexts, stops: readonly string[], maxTokens: number) {
    this.#texts = texts
    this.#decoder = new TokenDecoder(texts.detokenise)
    this.#stops = new StopMatcher(stops)
    this.#maxTokens = maxTokens
  }

  push(token: number): AnswerStep {
    this.#count++
    const isEog = this.#texts.isEog(token)
    const { text, stopped } = this.#stops.push(isEog ? this.#decoder.flush() : this.#decoder.push(token))
    if (stopped) {
      return { text, ending: 'stop' }
    }
    if (!isEog && this.#count < this.#maxTokens) {
      return { text, ending: undefined }
    }
    const rest = this.#stops.push(this.#decoder.flush())
    const ending = rest.stopped ? 'stop' : isEog ? 'eog' : 'limit'
    return { text: text + (rest.stopped ? rest.text : rest.text + this.#stops.flush()), ending }
  }

  /** What was held back of an answer that ended in another way. */
  flush(): string {
    return this.#stops.push(this.#decoder.flush()).text + this.#stops.flush()
  }
}
