import type { CidString, NodeId } from '@cortensor/interface'

/** One node's disk of blocks. */
export interface Holder {
  readonly id: NodeId
  started: boolean
}

interface Entry {
  /** One copy for all holders. */
  block: Uint8Array
  holders: Set<Holder>
}

/** Who has which block. */
export class ContentIndex {
  readonly #entries = new Map<CidString, Entry>()
  readonly #announced = new Map<CidString, Set<NodeId>>()
  readonly #waiting = new Map<CidString, Set<() => void>>()

  add(cid: CidString, block: Uint8Array, holder: Holder): void {
    const entry = this.#entries.get(cid)
    if (entry === undefined) {
      this.#entries.set(cid, { block: block.slice(), holders: new Set([holder]) })
    } else {
      entry.holders.add(holder)
    }
    this.#wake(cid)
  }

  remove(cid: CidString, holder: Holder): void {
    const entry = this.#entries.get(cid)
    entry?.holders.delete(holder)
    if (entry?.holders.size === 0) {
      this.#entries.delete(cid)
    }
  }

  has(cid: CidString, holder: Holder): boolean {
    return this.#entries.get(cid)?.holders.has(holder) === true
  }

  block(cid: CidString): Uint8Array | undefined {
    return this.#entries.get(cid)?.block
  }

  holders(cid: CidString): Iterable<Holder> {
    return this.#entries.get(cid)?.holders ?? []
  }

  /** As a provider record in the DHT. */
  announce(cid: CidString, node: NodeId): void {
    const nodes = this.#announced.get(cid)
    if (nodes === undefined) {
      this.#announced.set(cid, new Set([node]))
    } else {
      nodes.add(node)
    }
    this.#wake(cid)
  }

  isAnnounced(cid: CidString, node: NodeId): boolean {
    return this.#announced.get(cid)?.has(node) === true
  }

  /** Calls `wake` whenever somebody gets or announces the block; the returned function ends that. */
  wait(cid: CidString, wake: () => void): () => void {
    const waiting = this.#waiting.get(cid) ?? new Set()
    this.#waiting.set(cid, waiting)
    waiting.add(wake)
    return () => {
      waiting.delete(wake)
      if (waiting.size === 0) {
        this.#waiting.delete(cid)
      }
    }
  }

  #wake(cid: CidString): void {
    for (const wake of this.#waiting.get(cid) ?? []) {
      wake()
    }
  }
}
