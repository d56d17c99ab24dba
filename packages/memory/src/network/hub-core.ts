import type { Clock, NodeId, Penalty } from '@cortensor/interface'
import { Links } from './links.js'
import { DEFAULT_DETECT_MS, type HubStats, type MemoryHubInit } from './options.js'
import { Peer } from './peer.js'

/**
 * Ten bad messages in a row, or five violations, lose the connection; points come back at one a second, so that a peer that was
 * fixed is welcome again after some minutes.
 */
const PENALTY_POINTS: Readonly<Record<Penalty, number>> = { 'invalid-message': 10, 'protocol-violation': 20, timeout: 2 }
const BAN_SCORE = -100
const RECOVERY_PER_MS = 1 / 1000
const BAN_MS = 600_000

/** Who is there, who can reach whom, and who is connected. */
export class HubCore {
  readonly clock: Clock
  readonly init: MemoryHubInit
  readonly links: Links
  readonly peers: Peer[] = []
  readonly byId = new Map<NodeId, Peer>()
  readonly stats: HubStats = { published: 0, delivered: 0, lost: 0, duplicates: 0, rejected: 0, requests: 0, bytes: 0 }
  /** Told when nodes start and when partitions heal: something may have become reachable. */
  readonly onReachable = new Set<() => void>()
  readonly #isManual: boolean
  #partition = 0

  constructor(init: MemoryHubInit) {
    this.init = init
    this.clock = init.clock
    this.links = new Links(init)
    this.#isManual = init.topology === 'manual'
  }

  get isManual(): boolean {
    return this.#isManual
  }

  add(id: NodeId, region: string): Peer {
    const peer = new Peer(id, region, this.peers.length)
    this.peers.push(peer)
    return peer
  }

  /** Bytes sent now would arrive. */
  flows(a: Peer, b: Peer): boolean {
    return a.started && b.started && a.group === b.group && !this.isBanned(a, b)
  }

  isConnected(a: Peer, b: Peer): boolean {
    const isLinked = this.#isManual ? a.links.has(b) : true
    return a !== b && isLinked && a.started && b.started && a.noticedGroup === b.noticedGroup && !this.isBanned(a, b)
  }

  isBanned(a: Peer, b: Peer): boolean {
    const nowMs = this.clock.now()
    return (a.bans.size > 0 && (a.bans.get(b) ?? 0) > nowMs) || (b.bans.size > 0 && (b.bans.get(a) ?? 0) > nowMs)
  }

  connected(peer: Peer): Peer[] {
    const candidates = this.#isManual ? [...peer.links] : this.peers
    return candidates.filter((other) => this.isConnected(peer, other))
  }

  start(peer: Peer): void {
    this.byId.set(peer.id, peer)
    peer.started = true
    for (const other of this.connected(peer)) {
      this.#announce('connect', peer, other)
    }
    this.#changed()
  }

  stop(peer: Peer): void {
    const others = this.connected(peer)
    peer.started = false
    for (const stream of [...peer.streams]) {
      stream.break()
    }
    for (const other of others) {
      this.#announce('disconnect', peer, other)
      other.links.delete(peer)
    }
    peer.links.clear()
  }

  /** A dialled connection. */
  link(a: Peer, b: Peer): void {
    const isNew = !this.isConnected(a, b)
    a.known.add(b)
    b.known.add(a)
    a.links.add(b)
    b.links.add(a)
    if (isNew && this.isConnected(a, b)) {
      this.#announce('connect', a, b)
      this.#changed()
    }
  }

  punish(judge: Peer, peer: Peer, penalty: Penalty): void {
    const nowMs = this.clock.now()
    const held = judge.scores.get(peer) ?? { value: 0, atMs: nowMs }
    const value = Math.min(0, held.value + (nowMs - held.atMs) * RECOVERY_PER_MS) - PENALTY_POINTS[penalty]
    judge.scores.set(peer, { value, atMs: nowMs })
    if (value <= BAN_SCORE && !this.isBanned(judge, peer)) {
      judge.scores.delete(peer)
      this.#ban(judge, peer)
    }
  }

  partition(groups: readonly (readonly NodeId[])[]): void {
    const groupOf = new Map(groups.flatMap((group, i) => group.map((id) => [id, i + 1] as const)))
    for (const peer of this.peers) {
      peer.group = groupOf.get(peer.id) ?? 0
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
    for (const peer of this.peers) {
      peer.group = 0
    }
    this.#notice()
    this.#changed()
  }

  /** Connections follow what the partition says. */
  #notice(): void {
    const before = this.peers.filter((peer) => peer.started).map((peer) => [peer, new Set(this.connected(peer))] as const)
    for (const peer of this.peers) {
      peer.noticedGroup = peer.group
    }
    for (const [peer, others] of before) {
      for (const stream of [...peer.streams]) {
        if (!this.flows(stream.client, stream.server)) {
          stream.break()
        }
      }
      for (const other of this.peers) {
        if (other.index > peer.index && others.has(other) !== this.isConnected(peer, other)) {
          this.#announce(others.has(other) ? 'disconnect' : 'connect', peer, other)
        }
      }
    }
  }

  #ban(judge: Peer, peer: Peer): void {
    const wasConnected = this.isConnected(judge, peer)
    judge.bans.set(peer, this.clock.now() + BAN_MS)
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
      judge.bans.delete(peer)
      if (this.isConnected(judge, peer)) {
        this.#announce('connect', judge, peer)
      }
    })
  }

  #announce(type: 'connect' | 'disconnect', a: Peer, b: Peer): void {
    a.emit({ type, peer: b.id })
    b.emit({ type, peer: a.id })
  }

  #changed(): void {
    for (const peer of this.peers) {
      for (const stream of peer.streams) {
        stream.flush()
      }
    }
    for (const listener of [...this.onReachable]) {
      listener()
    }
  }
}
