import { sha256 } from '@cortensor/crypto'
import type { GossipHandler, GossipVerdict, NodeId } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import type { HubCore } from './hub-core.js'
import { DEFAULT_SEEN_TTL_MS } from './options.js'
import type { Peer } from './peer.js'
import { isBanned } from './reputation.js'

/** One message while it is remembered. */
class Message {
  /** Enough of the hash for a trace. */
  readonly shortId: string
  readonly topic: string
  readonly data: Uint8Array
  readonly forgetMs: number
  #seen = new Uint8Array(0)

  constructor(id: string, topic: string, data: Uint8Array, forgetMs: number) {
    this.shortId = id.slice(0, 16)
    this.topic = topic
    this.data = data
    this.forgetMs = forgetMs
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

/** A handler that throws instead of rejecting is no other fault. */
const judge = async (handler: GossipHandler, data: Uint8Array, from: NodeId): Promise<GossipVerdict> => handler(data, from)

/** Spreads messages over the hub. All receivers of a message share its bytes: they are not to be changed. */
export class Gossip {
  readonly #core: HubCore
  readonly #seenTtlMs: number
  readonly #messages = new Map<string, Message>()

  constructor(core: HubCore) {
    this.#core = core
    this.#seenTtlMs = core.init.seenTtlMs ?? DEFAULT_SEEN_TTL_MS
  }

  publish(from: Peer, topic: string, data: Uint8Array): void {
    const message = this.#remember(topic, data)
    message.markSeen(from)
    this.#core.stats.published++
    this.#spread(message, from)
  }

  #remember(topic: string, data: Uint8Array): Message {
    const nowMs = this.#core.clock.now()
    for (const [key, message] of this.#messages) {
      if (message.forgetMs > nowMs) {
        break
      }
      this.#messages.delete(key)
    }
    const id = bytesToHex(sha256(data))
    const key = `${topic} ${id}`
    let message = this.#messages.get(key)
    if (message === undefined) {
      message = new Message(id, topic, data.slice(), nowMs + this.#seenTtlMs)
      this.#messages.set(key, message)
    }
    return message
  }

  #spread(message: Message, from: Peer): void {
    const { clock, links, stats } = this.#core
    const candidates = this.#core.isManual ? from.links : this.#core.listenersOf(message.topic, from)
    for (const to of candidates) {
      const wants = to.topics.has(message.topic) && !message.isSeen(to)
      if (!wants || !this.#core.isConnected(from, to)) {
        continue
      }
      if (links.isLost()) {
        stats.lost++
        continue
      }
      clock.after(links.travelMs(from, to, message.data.byteLength), () => this.#arrive(message, from, to))
    }
  }

  #arrive(message: Message, from: Peer, to: Peer): void {
    const { stats } = this.#core
    const handler = to.topics.get(message.topic)
    // What was on its way still arrives when the sender has just stopped.
    if (handler === undefined || !to.started || to.group !== from.group || isBanned(this.#core.clock, from, to)) {
      stats.lost++
      return
    }
    if (message.isSeen(to)) {
      stats.duplicates++
      return
    }
    message.markSeen(to)
    stats.delivered++
    stats.bytes += message.data.byteLength
    to.pending.enter()
    judge(handler, message.data, from.id).then(
      (verdict) => this.#judged(message, from, to, verdict),
      // A fault of the receiver's own must cost the sender nothing.
      () => this.#judged(message, from, to, 'ignore')
    )
  }

  #judged(message: Message, from: Peer, to: Peer, verdict: GossipVerdict): void {
    const { init, clock, stats } = this.#core
    to.pending.leave()
    init.trace?.record(clock.now(), to.id, `gossip ${message.topic} ${message.shortId} ${from.index} ${verdict}`)
    if (verdict === 'reject') {
      stats.rejected++
      this.#core.punish(to, from, 'invalid-message')
    } else if (verdict === 'accept' && this.#core.isManual && to.started) {
      this.#spread(message, to)
    }
  }
}
