import type { Chain, Clock, NodeId } from '@cortensor/interface'
import type { Head } from '../head.js'

export interface KnownNodes {
  /** True iff the node is registered on the chain, bound in the state, or of the committee. */
  has(node: NodeId): Promise<boolean>
}

export interface KnownNodesInit {
  chain: Pick<Chain, 'registrations'>
  clock: Clock
  head: () => Head | null
  /** The registry is read again for a newcomer at most once in this time, in ms. @default 3000 */
  rereadMs?: number
}

/**
 * Whose messages are worth keeping: only these can get into a report. Keys cost nothing, so that without this anybody could fill the
 * evidence with the words of nodes that nobody registered.
 */
export function createKnownNodes({ chain, clock, head, rereadMs = 3_000 }: KnownNodesInit): KnownNodes {
  let registered: ReadonlySet<NodeId> | null = null
  let readMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null
  let seated: { of: Head | null; nodes: ReadonlySet<NodeId> } = { of: null, nodes: new Set() }

  const isSeated = (node: NodeId): boolean => {
    const current = head()
    if (current !== null && seated.of !== current) {
      const bound = current.state.bindings.map((binding) => binding.node)
      seated = { of: current, nodes: new Set([...bound, ...current.committee.members.map(({ nodeId }) => nodeId)]) }
    }
    return seated.nodes.has(node)
  }
  const read = async (): Promise<void> => {
    readMs = clock.now()
    try {
      registered = new Set((await chain.registrations()).map(({ nodeId }) => nodeId))
    } catch {
      // What is known stays; the next newcomer asks again.
    } finally {
      reading = null
    }
  }
  const isKnown = (node: NodeId): boolean => isSeated(node) || registered?.has(node) === true
  return {
    async has(node) {
      if (isKnown(node)) {
        return true
      }
      if (reading === null && clock.now() - readMs >= rereadMs) {
        reading = read()
      }
      await reading
      // A chain that never answered says nothing about anybody; messages are not said twice, and the pool is bounded.
      return registered === null || isKnown(node)
    }
  }
}
