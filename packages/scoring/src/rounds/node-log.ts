import type { NodeId } from '@cortensor/interface'

/**
 * Different nodes in the order in which they came, never changed: one more makes another log. All of them share one map, of which each sees
 * as many as it has, so that a round of thousands is not copied for each of them.
 */
export class NodeLog implements Iterable<NodeId> {
  readonly size: number
  readonly #places: Map<NodeId, number>

  constructor(places = new Map<NodeId, number>(), size = 0) {
    this.#places = places
    this.size = size
  }

  has(node: NodeId): boolean {
    return (this.#places.get(node) ?? this.size) < this.size
  }

  with(node: NodeId): NodeLog {
    if (this.has(node)) {
      return this
    }
    // Another one has followed this log already, and goes on with the map.
    const places = this.#places.size === this.size ? this.#places : new Map([...this.#places].slice(0, this.size))
    places.set(node, this.size)
    return new NodeLog(places, this.size + 1)
  }

  *[Symbol.iterator](): Iterator<NodeId> {
    for (const [node, place] of this.#places) {
      if (place >= this.size) {
        return
      }
      yield node
    }
  }
}
