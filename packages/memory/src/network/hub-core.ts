import type { Clock, NodeId, Penalty } from '@cortensor/interface'
import { Latencies } from './latencies.js'
import { Links } from './links.js'
import { DEFAULT_DETECT_MS, type Hears, type HubStats, type MemoryHubInit } from './options.js'
import type { Peer } from './peer.js'
import { BAN_MS, isBanned, losesPoints } from './reputation.js'
import type { Spreader } from './spreader.js'
import type { Stream } from './stream.js'

/** Who is there, who can reach whom, and who is connected. */
export class HubCore {
  readonly clock: Clock
  readonly init: MemoryHubInit
  readonly isManual: boolean
  readonly links: Links
  /** Every node that has ever started, once. */
  readonly peers: Peer[] = []
  readonly byId = new Map<NodeId, Peer>()
  /** Running nodes by topic, and by what they hear of it. */
  readonly #subscribers = new Map<string, Map<Hears | undefined, Set<Peer>>>()
  /** Those that a partition holds up. */
  readonly heldStreams = new Set<Stream>()
  readonly stats: HubStats = {
    published: 0,
    expected: 0,
    delivered: 0,
    lost: 0,
    duplicates: 0,
    rejected: 0,
    requests: 0,
    bytes: 0
  }
  /** Of gossip deliveries. */
  readonly latencies = new Latencies()
  /** Told what becomes of nodes, their topics and their connections; set by the hub. */
  spreader: Spreader | undefined
  /** Told when nodes start and when partitions heal: something may have become reachable. */
  readonly onReachable = new Set<() => void>()
  /** Of all nodes: without any, nobody needs to be told who is connected with whom. */
  listeners = 0
  /** Bans that have not ended: without any, nobody need look for one. */
  #bans = 0
  #groups = new Map<NodeId, number>()
  #partition = 0

  constructor(init: MemoryHubInit) {
    this.init = init
    this.clock = init.clock
    this.isManual = init.topology === 'manual'
    this.links = new Links(init)
  }

  /** Bytes sent now would arrive. */
  flows(a: Peer, b: Peer): boolean {
    return a.started && b.started && a.group === b.group && !this.isBanned(a, b)
  }

  isBanned(a: Peer, b: Peer): boolean {
    return this.#bans > 0 && isBanned(this.clock, a, b)
  }

  isConnected(a: Peer, b: Peer): boolean {
    const isLinked = !this.isManual || a.links.has(b)
    const isUp = a.started && b.started && a.noticedGroup === b.noticedGroup
    return a !== b && isLinked && isUp && !this.isBanned(a, b)
  }

  connected(peer: Peer): Peer[] {
    const candidates = this.isManual ? [...peer.links] : this.peers
    return candidates.filter((other) => this.isConnected(peer, other))
  }

  start(peer: Peer): void {
    const index = this.byId.get(peer.id)?.index ?? this.peers.length
    peer.index = index
    this.peers[index] = peer
    this.byId.set(peer.id, peer)
    peer.group = this.#groups.get(peer.id) ?? 0
    peer.noticedGroup = peer.group
    peer.started = true
    this.spreader?.started(peer)
    for (const topic of peer.topics.keys()) {
      this.subscribe(topic, peer)
    }
    for (const other of this.#audience(peer)) {
      this.#announce('connect', peer, other)
    }
    this.#changed()
  }

  stop(peer: Peer): void {
    const audience = this.#audience(peer)
    peer.started = false
    for (const topic of peer.topics.keys()) {
      this.unsubscribe(topic, peer)
    }
    this.spreader?.stopped(peer)
    for (const stream of [...peer.streams]) {
      stream.break()
    }
    for (const other of peer.links) {
      other.links.delete(peer)
    }
    peer.links.clear()
    for (const other of audience) {
      this.#announce('disconnect', peer, other)
    }
  }

  subscribe(topic: string, peer: Peer): void {
    if (!peer.started) {
      return
    }
    const groups = this.#subscribers.get(topic) ?? new Map<Hears | undefined, Set<Peer>>()
    this.#subscribers.set(topic, groups)
    groups.set(peer.hears, (groups.get(peer.hears) ?? new Set()).add(peer))
    this.spreader?.subscribed(topic, peer)
  }

  unsubscribe(topic: string, peer: Peer): void {
    if (this.#subscribers.get(topic)?.get(peer.hears)?.delete(peer) === true) {
      this.spreader?.unsubscribed(topic, peer)
    }
  }

  /** Who is handed what a node says, if it is connected. */
  *listenersOf(topic: string, from: Peer): Iterable<Peer> {
    for (const [hears, peers] of this.#subscribers.get(topic) ?? []) {
      if (hears === undefined || hears(topic, from.id)) {
        yield* peers
      }
    }
  }

  /** A dialled connection. */
  link(a: Peer, b: Peer): void {
    const isNew = !this.isConnected(a, b)
    a.known.add(b.id)
    b.known.add(a.id)
    a.links.add(b)
    b.links.add(a)
    if (isNew && this.isConnected(a, b)) {
      this.#announce('connect', a, b)
      this.#changed()
    }
  }

  punish(judge: Peer, peer: Peer, penalty: Penalty): void {
    if (losesPoints(this.clock, judge, peer, penalty)) {
      this.#ban(judge, peer)
    }
  }

  partition(groups: readonly (readonly NodeId[])[]): void {
    this.#groups = new Map(groups.flatMap((group, i) => group.map((id) => [id, i + 1] as const)))
    for (const peer of this.peers) {
      peer.group = this.#groups.get(peer.id) ?? 0
    }
    const partition = ++this.#partition
    this.clock.after(this.init.detectMs ?? DEFAULT_DETECT_MS, () => {
      if (partition === this.#partition) {
        this.#notice()
      }
    })
    this.#changed()
  }

  heal(): void {
    this.#partition++
    this.#groups.clear()
    for (const peer of this.peers) {
      peer.group = 0
    }
    this.#notice()
    this.#changed()
  }

  /** Those who need to be told of a node's coming and going. */
  #audience(peer: Peer): Peer[] {
    return this.isManual || this.listeners > 0 ? this.connected(peer) : []
  }

  /** Connections follow what the partition says. */
  #notice(): void {
    this.spreader?.changed()
    const before = this.listeners === 0 ? [] : this.peers.map((peer) => [peer, new Set(this.connected(peer))] as const)
    for (const peer of this.peers) {
      peer.noticedGroup = peer.group
      for (const stream of [...peer.streams]) {
        if (!this.flows(stream.client, stream.server)) {
          stream.break()
        }
      }
    }
    for (const [peer, others] of before) {
      for (const other of this.peers) {
        if (other.index > peer.index && others.has(other) !== this.isConnected(peer, other)) {
          this.#announce(others.has(other) ? 'disconnect' : 'connect', peer, other)
        }
      }
    }
  }

  #ban(judge: Peer, peer: Peer): void {
    const wasConnected = this.isConnected(judge, peer)
    judge.bans.set(peer.id, this.clock.now() + BAN_MS)
    this.#bans++
    this.spreader?.changed()
    for (const stream of [...judge.streams]) {
      if (stream.client === peer || stream.server === peer) {
        stream.break()
      }
    }
    judge.links.delete(peer)
    peer.links.delete(judge)
    if (wasConnected) {
      this.#announce('disconnect', judge, peer)
    }
    this.clock.after(BAN_MS, () => {
      judge.bans.delete(peer.id)
      this.#bans--
      this.spreader?.changed()
      const now = this.byId.get(peer.id)
      if (now !== undefined && this.isConnected(judge, now)) {
        this.#announce('connect', judge, now)
      }
    })
  }

  #announce(type: 'connect' | 'disconnect', a: Peer, b: Peer): void {
    a.emit({ type, peer: b.id })
    b.emit({ type, peer: a.id })
  }

  #changed(): void {
    for (const stream of [...this.heldStreams]) {
      stream.flush()
    }
    for (const listener of [...this.onReachable]) {
      listener()
    }
  }
}
