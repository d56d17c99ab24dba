import type { GossipVerdict } from '@cortensor/interface'
import { Flood } from './flood.js'
import type { HubCore } from './hub-core.js'
import { type Message, Messages } from './message.js'
import { DEFAULT_SEEN_TTL_MS } from './options.js'
import { Overlay } from './overlay.js'
import type { Peer } from './peer.js'
import { judge, type Spreader } from './spreader.js'

/** Spreads messages over the hub. All receivers of a message share its bytes: they are not to be changed. */
export class Gossip implements Spreader {
  readonly #core: HubCore
  readonly #messages: Messages
  readonly #overlays = new Map<string, Overlay>()
  readonly #flood: Flood

  constructor(core: HubCore) {
    this.#core = core
    this.#messages = new Messages(core.init.seenTtlMs ?? DEFAULT_SEEN_TTL_MS)
    this.#flood = new Flood(core)
  }

  publish(from: Peer, topic: string, data: Uint8Array): void {
    const message = this.#messages.remember(topic, data, this.#core.clock.now())
    message.markSeen(from)
    this.#core.stats.published++
    if (this.#core.init.topology === 'mesh') {
      this.#spreadOverMesh(message, from)
    } else {
      this.#spread(message, from)
    }
  }

  started(): void {
    this.changed()
  }

  stopped(): void {
    this.changed()
  }

  subscribed(topic: string, peer: Peer): void {
    this.#overlayOf(topic).add(peer)
  }

  unsubscribed(topic: string, peer: Peer): void {
    this.#overlayOf(topic).delete(peer)
  }

  changed(): void {
    for (const overlay of this.#overlays.values()) {
      overlay.touch()
    }
  }

  #overlayOf(topic: string): Overlay {
    const overlay = this.#overlays.get(topic) ?? new Overlay(this.#core, this.#core.init.rng.fork(`overlay/${topic}`))
    this.#overlays.set(topic, overlay)
    return overlay
  }

  /** The first copy to arrive is the one that counts, and all nodes forward at once: arrivals follow from the shortest ways. */
  #spreadOverMesh(message: Message, from: Peer): void {
    const { clock, stats } = this.#core
    const delays = this.#flood.reach(from, this.#overlayOf(message.topic), message.data.byteLength)
    for (const to of this.#core.listenersOf(message.topic, from)) {
      if (to === from || message.isSeen(to) || !this.#core.isConnected(from, to)) {
        continue
      }
      stats.expected++
      const delayMs = delays[to.index] ?? Number.POSITIVE_INFINITY
      if (delayMs === Number.POSITIVE_INFINITY) {
        stats.lost++
      } else {
        clock.after(delayMs, () => this.#arrive(message, from, to))
      }
    }
  }

  #spread(message: Message, from: Peer): void {
    const { clock, links, stats } = this.#core
    const candidates = this.#core.isManual ? from.links : this.#core.listenersOf(message.topic, from)
    for (const to of candidates) {
      const wants = to.topics.has(message.topic) && !message.isSeen(to)
      if (!wants || !this.#core.isConnected(from, to)) {
        continue
      }
      stats.expected++
      if (links.isLost()) {
        stats.lost++
        continue
      }
      clock.after(links.travelMs(from, to, message.data.byteLength), () => this.#arrive(message, from, to))
    }
  }

  #arrive(message: Message, from: Peer, to: Peer): void {
    const { clock, latencies, stats } = this.#core
    const handler = to.topics.get(message.topic)
    // What was on its way still arrives when the sender has just stopped.
    if (handler === undefined || !to.started || to.group !== from.group || this.#core.isBanned(from, to)) {
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
    latencies.add(clock.now() - message.publishedMs)
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
