import type { HubCore } from './hub-core.js'
import type { Overlay } from './overlay.js'
import type { Peer } from './peer.js'

/** When a message that everybody forwards at once reaches whom: the shortest ways through a mesh whose links take their time anew. */
export class Flood {
  readonly #core: HubCore
  /** A binary heap of who is reached when. */
  readonly #times: number[] = []
  readonly #peers: Peer[] = []

  constructor(core: HubCore) {
    this.#core = core
  }

  /** Ms after the start, for everybody who is reached. */
  reach(from: Peer, overlay: Overlay, bytes: number): Map<Peer, number> {
    const { links } = this.#core
    const settled = new Map<Peer, number>()
    const best = new Map<Peer, number>([[from, 0]])
    this.#push(0, from)
    while (this.#times.length > 0) {
      const [delayMs, peer] = this.#pop()
      if (settled.has(peer)) {
        continue
      }
      settled.set(peer, delayMs)
      for (const next of overlay.targetsOf(peer)) {
        if (settled.has(next) || !this.#core.flows(peer, next) || links.isLost()) {
          continue
        }
        const reachedMs = delayMs + links.travelMs(peer, next, bytes)
        if (reachedMs < (best.get(next) ?? Number.POSITIVE_INFINITY)) {
          best.set(next, reachedMs)
          this.#push(reachedMs, next)
        }
      }
    }
    return settled
  }

  #push(time: number, peer: Peer): void {
    const [times, peers] = [this.#times, this.#peers]
    let index = times.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if ((times[parent] as number) <= time) {
        break
      }
      times[index] = times[parent] as number
      peers[index] = peers[parent] as Peer
      index = parent
    }
    times[index] = time
    peers[index] = peer
  }

  #pop(): [number, Peer] {
    const [times, peers] = [this.#times, this.#peers]
    const first: [number, Peer] = [times[0] as number, peers[0] as Peer]
    const time = times.pop() as number
    const peer = peers.pop() as Peer
    const { length } = times
    if (length > 0) {
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        if (child >= length) {
          break
        }
        if (child + 1 < length && (times[child + 1] as number) < (times[child] as number)) {
          child++
        }
        if ((times[child] as number) >= time) {
          break
        }
        times[index] = times[child] as number
        peers[index] = peers[child] as Peer
        index = child
      }
      times[index] = time
      peers[index] = peer
    }
    return first
  }
}
