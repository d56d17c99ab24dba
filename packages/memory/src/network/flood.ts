import type { HubCore } from './hub-core.js'
import type { Overlay } from './overlay.js'
import type { Peer } from './peer.js'

/** When a message that everybody forwards at once reaches whom: the shortest ways through a mesh whose links take their time anew. */
export class Flood {
  readonly #core: HubCore
  /** A binary heap of who is reached when. */
  readonly #times: number[] = []
  readonly #peers: Peer[] = []
  #best = new Float64Array(0)
  /** When the peer that was taken last is reached. */
  #takenMs = 0

  constructor(core: HubCore) {
    this.#core = core
  }

  /** Ms after the start, by the receivers' index; infinite for who is not reached. Valid until the next call. */
  reach(from: Peer, overlay: Overlay, bytes: number): Float64Array {
    const { links, peers } = this.#core
    if (this.#best.length < peers.length) {
      this.#best = new Float64Array(2 * peers.length)
    }
    const best = this.#best.fill(Number.POSITIVE_INFINITY)
    best[from.index] = 0
    this.#push(0, from)
    while (this.#times.length > 0) {
      const peer = this.#pop()
      const delayMs = this.#takenMs
      if (delayMs > (best[peer.index] as number)) {
        // A shorter way was found since.
        continue
      }
      for (const next of overlay.targetsOf(peer)) {
        // Whoever was reached before has forwarded it already.
        if ((best[next.index] as number) <= delayMs || !this.#core.flows(peer, next) || links.isLost()) {
          continue
        }
        const reachedMs = delayMs + links.travelMs(peer, next, bytes)
        if (reachedMs < (best[next.index] as number)) {
          best[next.index] = reachedMs
          this.#push(reachedMs, next)
        }
      }
    }
    return best
  }

  #push(time: number, peer: Peer): void {
    const times = this.#times
    const peers = this.#peers
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

  #pop(): Peer {
    const times = this.#times
    const peers = this.#peers
    this.#takenMs = times[0] as number
    const first = peers[0] as Peer
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
