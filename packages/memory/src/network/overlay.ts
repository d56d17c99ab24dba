import type { Rng } from '@cortensor/interface'
import type { HubCore } from './hub-core.js'
import type { Peer } from './peer.js'

/**
 * Peers that each node asks into its mesh of a topic; as many ask it, so that it has twice as many, as meshes of gossipsub with its default
 * D of 6 (at least 4, at most 12) have been measured to have: `test/sim/fidelity.long.ts` compares what comes of both.
 */
const ASKED_PEERS = 4

/** To how many subscribers a node says something that is not one of them: gossipsub's D. */
const FANOUT = 6

/** Connections of a node besides those to bootstrap peers: it dials ten, and as many dial it. */
const USUAL_PEERS = 20

/** The mesh of one topic: who forwards to whom. */
export class Overlay {
  readonly #core: HubCore
  readonly #rng: Rng
  readonly #neighbours = new Map<Peer, Set<Peer>>()
  #isStale = true

  constructor(core: HubCore, rng: Rng) {
    this.#core = core
    this.#rng = rng
  }

  add(peer: Peer): void {
    this.#neighbours.set(peer, new Set())
    this.#isStale = true
  }

  delete(peer: Peer): void {
    for (const other of this.#neighbours.get(peer) ?? []) {
      this.#neighbours.get(other)?.delete(peer)
    }
    this.#neighbours.delete(peer)
    this.#isStale = true
  }

  /** Connections came or went: meshes follow at the next message. */
  touch(): void {
    this.#isStale = true
  }

  /** Whom a node tells first. */
  targetsOf(peer: Peer): Iterable<Peer> {
    this.#mend()
    return this.#neighbours.get(peer) ?? this.#fanoutOf(peer)
  }

  /** Only those that it happens to be connected with hear a node that is not subscribed itself. */
  #fanoutOf(peer: Peer): Peer[] {
    const { bootstrap } = this.#core.init
    if (bootstrap === undefined) {
      return this.#draw(peer, FANOUT)
    }
    const chance = USUAL_PEERS / Math.max(1, this.#core.peers.length)
    const met = [...this.#neighbours.keys()].filter(
      (other) => this.#core.isConnected(peer, other) && (bootstrap.includes(other.id) || this.#rng.next() < chance)
    )
    return this.#rng.shuffle(met).slice(0, FANOUT)
  }

  #mend(): void {
    if (!this.#isStale) {
      return
    }
    this.#isStale = false
    for (const [peer, neighbours] of this.#neighbours) {
      for (const other of neighbours) {
        if (!this.#core.isConnected(peer, other)) {
          neighbours.delete(other)
          this.#neighbours.get(other)?.delete(peer)
        }
      }
    }
    for (const [peer, neighbours] of this.#neighbours) {
      if (neighbours.size < ASKED_PEERS) {
        for (const other of this.#draw(peer, ASKED_PEERS - neighbours.size)) {
          neighbours.add(other)
          this.#neighbours.get(other)?.add(peer)
        }
      }
    }
  }

  /** Members at random that the peer is connected with. */
  #draw(peer: Peer, count: number): Peer[] {
    const members = [...this.#neighbours.keys()]
    if (members.length === 0) {
      return []
    }
    const own = this.#neighbours.get(peer)
    const drawn = new Set<Peer>()
    const fits = (other: Peer): boolean => own?.has(other) !== true && this.#core.isConnected(peer, other)
    // A few misses do not matter; where nearly nobody fits, everybody is looked at.
    for (let tries = 0; drawn.size < count && tries < 4 * count; tries++) {
      const other = members[this.#rng.int(0, members.length - 1)]
      if (other !== undefined && fits(other)) {
        drawn.add(other)
      }
    }
    if (drawn.size < count) {
      for (const other of this.#rng.shuffle(members.filter((member) => !drawn.has(member) && fits(member)))) {
        if (drawn.size === count) {
          break
        }
        drawn.add(other)
      }
    }
    return [...drawn]
  }
}
