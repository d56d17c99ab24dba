import type { ChildMessage } from '../ipc/messages.js'

/** Sends to the parent; `sent` runs once the operating system has taken the message. */
export type Send = (message: ChildMessage, sent?: () => void) => void

/** The real {@link Send} of a forked process. */
export function sendToParent(message: ChildMessage, sent?: () => void): void {
  // A closed channel means that the parent is gone; the disconnect handler ends the process.
  process.send?.(message, () => sent?.())
}

/**
 * One picture of a screen with 60 a second, in ms: a reader sees no difference below it. Every message is handled by four processes on
 * its way to the user, and a fast model would spend a third of its time on messages of one token.
 */
const MIN_INTERVAL_MS = 16

/**
 * Sends the tokens of one generation. The first goes at once, later ones too unless the last message is younger than the interval
 * or still under way: then they are joined.
 */
export class TokenOutbox {
  readonly #send: Send
  readonly #id: number
  #tokenIds: number[] = []
  #text = ''
  #waiting = false

  constructor(id: number, send: Send) {
    this.#id = id
    this.#send = send
  }

  push(tokenIds: readonly number[], text: string): void {
    this.#tokenIds.push(...tokenIds)
    this.#text += text
    if (!this.#waiting) {
      this.flush()
    }
  }

  flush(): void {
    if (this.#tokenIds.length === 0 && this.#text === '') {
      return
    }
    const message: ChildMessage = { type: 'token', id: this.#id, tokenIds: this.#tokenIds, text: this.#text }
    this.#tokenIds = []
    this.#text = ''
    this.#waiting = true
    this.#send(message, () =>
      setTimeout(() => {
        this.#waiting = false
        this.flush()
      }, MIN_INTERVAL_MS)
    )
  }
}
