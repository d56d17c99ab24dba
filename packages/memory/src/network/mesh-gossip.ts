import type { CreateMesh, GossipVerdict, Mesh, NodeId } from '@cortensor/interface'
import type { HubCore } from './hub-core.js'
import { Messages } from './message.js'
import { DEFAULT_SEEN_TTL_MS } from './options.js'
import type { Peer } from './peer.js'
import { judge, type Spreader } from './spreader.js'

/** Messages travel by an adapter's own gossip, over this hub's links; here they are only counted. */
export class MeshGossip implements Spreader {
  readonly #core: HubCore
  readonly #mesh: Mesh
  readonly #messages: Messages
  readonly #unsubscribes = new Map<string, () => void>()

  constructor(core: HubCore, createMesh: CreateMesh) {
    this.#core = core
    this.#messages = new Messages(core.init.seenTtlMs ?? DEFAULT_SEEN_TTL_MS)
    const { clock, init, links } = core
    const pair = <T>(a: NodeId, b: NodeId, none: T, look: (a: Peer, b: Peer) => T): T => {
      const [from, to] = [core.byId.get(a), core.byId.get(b)]
      return from === undefined || to === undefined ? none : look(from, to)
    }
    this.#mesh = createMesh({
      clock,
      rng: init.rng.fork('mesh'),
      topics: init.topics ?? [],
      bootstrap: init.bootstrap ?? [],
      links: {
        travelMs: (a, b, bytes) => pair(a, b, null, (from, to) => (links.isLost() ? null : links.travelMs(from, to, bytes))),
        flows: (a, b) => pair(a, b, false, (from, to) => core.flows(from, to)),
        isConnected: (a, b) => pair(a, b, false, (from, to) => core.isConnected(from, to))
      }
    })
  }

  publish(from: Peer, topic: string, data: Uint8Array): void {
    const { clock, stats } = this.#core
    const message = this.#messages.remember(topic, data, clock.now())
    stats.published++
    for (const to of this.#core.listenersOf(topic, from)) {
      if (to !== from && !message.isSeen(to) && this.#core.isConnected(from, to)) {
        stats.expected++
      }
    }
    message.markSeen(from)
    message.authors.add(from.id)
    from.pending.enter()
    this.#mesh
      .publish(from.id, topic, message.data)
      .catch(() => {
        // Handed to nobody: what a node that is not connected says is lost.
      })
      .finally(() => from.pending.leave())
  }

  started(peer: Peer): void {
    this.#mesh.start(peer.id)
  }

  stopped(peer: Peer): void {
    this.#mesh.stop(peer.id)
  }

  subscribed(topic: string, peer: Peer): void {
    const unsubscribe = this.#mesh.subscribe(peer.id, topic, (data, from) => this.#receive(peer, topic, data, from))
    this.#unsubscribes.set(`${topic} ${peer.id}`, unsubscribe)
  }

  unsubscribed(topic: string, peer: Peer): void {
    this.#unsubscribes.get(`${topic} ${peer.id}`)?.()
    this.#unsubscribes.delete(`${topic} ${peer.id}`)
  }

  changed(): void {
    // Every node of the mesh looks after its own connections.
  }

  async #receive(peer: Peer, topic: string, data: Uint8Array, from: NodeId): Promise<GossipVerdict> {
    const { clock, init, latencies, stats } = this.#core
    const handler = peer.topics.get(topic)
    const message = this.#messages.get(topic, data)
    if (handler === undefined) {
      return 'ignore'
    }
    if (message !== undefined && !message.isSeen(peer)) {
      message.markSeen(peer)
      const isHeard = peer.hears === undefined || [...message.authors].some((author) => peer.hears?.(topic, author) === true)
      if (isHeard) {
        stats.delivered++
        stats.bytes += data.byteLength
        latencies.add(clock.now() - message.publishedMs)
      }
    }
    const verdict = await judge(handler, data, from).catch((): GossipVerdict => 'ignore')
    const short = message?.shortId ?? 'unknown'
    init.trace?.record(clock.now(), peer.id, `gossip ${topic} ${short} ${this.#core.byId.get(from)?.index ?? -1} ${verdict}`)
    if (verdict === 'reject') {
      stats.rejected++
    }
    return verdict
  }
}
