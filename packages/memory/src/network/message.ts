import { sha256 } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import type { Peer } from './peer.js'

/** One message while it is remembered. */
export class Message {
  /** Enough of the hash for a trace. */
  readonly shortId: string
  readonly topic: string
  readonly data: Uint8Array
  readonly forgetMs: number
  readonly publishedMs: number
  /** Who has said it. */
  readonly authors = new Set<NodeId>()
  #seen = new Uint8Array(0)

  constructor(id: string, topic: string, data: Uint8Array, { forgetMs, publishedMs }: { forgetMs: number; publishedMs: number }) {
    this.shortId = id.slice(0, 16)
    this.topic = topic
    this.data = data
    this.forgetMs = forgetMs
    this.publishedMs = publishedMs
  }

  isSeen(peer: Peer): boolean {
    return ((this.#seen[peer.index >> 3] ?? 0) & (1 << (peer.index & 7))) !== 0
  }

  markSeen(peer: Peer): void {
    const index = peer.index >> 3
    if (index >= this.#seen.length) {
      const grown = new Uint8Array(index + 16)
      grown.set(this.#seen)
      this.#seen = grown
    }
    this.#seen[index] = (this.#seen[index] as number) | (1 << (peer.index & 7))
  }
}

/** What is remembered, so that equal bytes are one message. */
export class Messages {
  readonly #ttlMs: number
  readonly #byKey = new Map<string, Message>()

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  get(topic: string, data: Uint8Array): Message | undefined {
    return this.#byKey.get(`${topic} ${bytesToHex(sha256(data))}`)
  }

  /** A new one gets bytes of its own. */
  remember(topic: string, data: Uint8Array, nowMs: number): Message {
    for (const [key, message] of this.#byKey) {
      if (message.forgetMs > nowMs) {
        break
      }
      this.#byKey.delete(key)
    }
    const id = bytesToHex(sha256(data))
    const key = `${topic} ${id}`
    let message = this.#byKey.get(key)
    if (message === undefined) {
      message = new Message(id, topic, data.slice(), { forgetMs: nowMs + this.#ttlMs, publishedMs: nowMs })
      this.#byKey.set(key, message)
    }
    return message
  }
}
