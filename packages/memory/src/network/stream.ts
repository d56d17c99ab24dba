import { createDeferred, type Deferred } from '@cortensor/utils'
import { networkError } from '../errors.js'
import type { HubCore } from './hub-core.js'
import type { Peer, Protocol } from './peer.js'

/** Messages that a reader may lag behind before the writer waits, as credits do on a real stream. */
const WINDOW = 32

export interface StreamInit {
  core: HubCore
  client: Peer
  server: Peer
  protocol: string
  request: Uint8Array
  maxResponseBytes: number
}

const resetError = (why: string): Error =>
  networkError('NETWORK_STREAM_RESET', `The stream was reset: ${why}. Try again, or ask another peer`)

/** One request and its answer, seen from both ends. Nothing is lost on it: what a partition holds up arrives when it heals. */
export class Stream {
  readonly client: Peer
  readonly server: Peer
  readonly #init: StreamInit
  readonly #core: HubCore
  readonly #controller = new AbortController()
  readonly #inbox: Uint8Array[] = []
  readonly #held: (() => void)[] = []
  readonly #lastDueMs = { toServer: 0, toClient: 0 }
  #failure: { error: unknown } | undefined
  #isEnded = false
  #isClosed = false
  #unread = 0
  #readable: Deferred<void> | undefined
  #writable: Deferred<void> | undefined

  constructor(init: StreamInit) {
    this.#init = init
    this.#core = init.core
    this.client = init.client
    this.server = init.server
    this.client.streams.add(this)
    this.server.streams.add(this)
  }

  open(): void {
    this.#transmit('toServer', this.#init.request.byteLength, () => this.#accept())
  }

  /** The next message of the answer, or null at its end. */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const message = this.#inbox.shift()
      if (message !== undefined) {
        this.#unread--
        this.#writable?.resolve()
        return message
      }
      if (this.#failure !== undefined) {
        throw this.#failure.error
      }
      if (this.#isEnded) {
        return null
      }
      this.#readable = createDeferred()
      await this.#readable.promise
    }
  }

  /** The client wants no more; a reason makes `next` throw it. */
  cancel(reason?: { error: unknown }): void {
    if (reason !== undefined) {
      this.#fail(reason.error)
    }
    if (!this.#isClosed && !this.#isEnded) {
      this.#transmit('toServer', 0, () => this.#close())
    }
  }

  /** The connection is gone: both ends notice at once. */
  break(): void {
    this.#fail(resetError('the connection is gone'))
    this.#close()
  }

  /** Delivers what was held up, if it can flow now. */
  flush(): void {
    while (this.#held.length > 0) {
      if (!this.#core.flows(this.client, this.server)) {
        this.#core.heldStreams.add(this)
        return
      }
      this.#held.shift()?.()
    }
    this.#core.heldStreams.delete(this)
  }

  #transmit(direction: 'toServer' | 'toClient', bytes: number, deliver: () => void): void {
    const { clock, links } = this.#core
    const [from, to] = direction === 'toServer' ? [this.client, this.server] : [this.server, this.client]
    const nowMs = clock.now()
    const dueMs = Math.max(nowMs + links.travelMs(from, to, bytes), this.#lastDueMs[direction])
    this.#lastDueMs[direction] = dueMs
    this.#core.stats.bytes += bytes
    clock.after(dueMs - nowMs, () => {
      if (this.#isClosed) {
        return
      }
      this.#held.push(deliver)
      this.flush()
    })
  }

  #accept(): void {
    const protocol = this.server.protocols.get(this.#init.protocol)
    if (protocol === undefined) {
      this.#refuse('the peer does not speak this protocol')
      return
    }
    const { limits, active } = protocol
    const ofPeer = active.get(this.client) ?? 0
    if (!limits.serves(this.client.id)) {
      this.#refuse('the peer does not serve this one')
    } else if (this.#init.request.byteLength > limits.maxRequestBytes) {
      this.#refuse('the request is too long')
    } else if (ofPeer >= limits.maxStreamsPerPeer || protocol.total >= limits.maxStreams) {
      this.#refuse('the peer is busy')
    } else {
      active.set(this.client, ofPeer + 1)
      protocol.total++
      this.server.pending.enter()
      this.#serve(protocol)
        .catch(() => this.#refuse('the peer failed to answer'))
        .finally(() => {
          const left = (active.get(this.client) ?? 1) - 1
          if (left === 0) {
            active.delete(this.client)
          } else {
            active.set(this.client, left)
          }
          protocol.total--
          this.server.pending.leave()
        })
    }
  }

  async #serve(protocol: Protocol): Promise<void> {
    const { signal } = this.#controller
    const answer = protocol.handler(this.#init.request, { from: this.client.id, signal })
    for await (const message of answer) {
      if (signal.aborted) {
        return
      }
      if (message.byteLength > protocol.limits.maxResponseBytes) {
        this.#refuse('the answer is too long')
        return
      }
      const copy = message.slice()
      this.#unread++
      this.#transmit('toClient', copy.byteLength, () => this.#receive(copy))
      while (this.#unread >= WINDOW && !signal.aborted) {
        this.#writable = createDeferred()
        await this.#writable.promise
      }
    }
    this.#transmit('toClient', 0, () => {
      this.#isEnded = true
      this.#readable?.resolve()
      this.#close()
    })
  }

  #receive(message: Uint8Array): void {
    const { maxResponseBytes } = this.#init
    if (message.byteLength > maxResponseBytes) {
      const text = `The peer sent a message of ${message.byteLength} bytes, more than ${maxResponseBytes}: raise maxResponseBytes`
      this.cancel({ error: networkError('NETWORK_MESSAGE_TOO_LARGE', text) })
      return
    }
    this.#inbox.push(message)
    this.#readable?.resolve()
  }

  #refuse(why: string): void {
    this.#transmit('toClient', 0, () => {
      this.#fail(resetError(why))
      this.#close()
    })
  }

  #fail(error: unknown): void {
    if (!this.#isEnded) {
      this.#failure ??= { error }
      this.#readable?.resolve()
    }
  }

  #close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#held.length = 0
      this.client.streams.delete(this)
      this.server.streams.delete(this)
      this.#core.heldStreams.delete(this)
      this.#controller.abort(resetError('the requester is gone'))
      this.#writable?.resolve()
    }
  }
}
