import type { ChildMessage } from '../ipc/messages.js'

/** Sends to the parent; `sent` runs once the operating system has taken the message. */
export type Send = (message: ChildMessage, sent?: () => void) => void

/** The real {@link Send} of a forked process. */
export function sendToParent(message: ChildMessage, sent?: () => void): void {
  // A closed channel means that the parent is gone; the disconnect handler ends the process.
  process.send?.(message, () => sent?.())
}

/** Sends the tokens of one generation: one message is under way at a time, tokens that come meanwhile are joined to the next. */
export class TokenOutbox {
  readonly #send: Send
  readonly #id: number
  #tokenIds: number[] = []
  #text = ''
  #sending = false

  constructor(id: number, send: Send) {
    this.#id = id
    this.#send = send
  }

  push(tokenIds: readonly number[], text: string): void {
    this.#tokenIds.push(...tokenIds)
    this.#text += text
    if (!this.#sending) {
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
    this.#sending = true
    this.#send(message, () => {
      this.#sending = false
      this.flush()
    })
  }
}
