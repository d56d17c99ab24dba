import type { Address, NodeId, Role, UnixMs } from '@cortensor/interface'
import type { OpenedEnvelope, Presence } from '@cortensor/protocols'

/** A node as its last presence tells, with what this observer adds. */
export interface DirectoryNode {
  nodeId: NodeId
  operator: Address
  presence: Presence
  /** When the presence arrived here. */
  seenMs: UnixMs
  /** When it stops to count. */
  leaseEndsMs: UnixMs
}

export interface DirectoryInit {
  /** How long a presence counts, in ms. */
  leaseMs: number
  /** Most nodes kept; when full, newcomers are refused until lapsed leases are swept away. @default 20000 */
  maxNodes?: number
}

/** `replaced`: the same identity with a higher generation, so whatever was known of the old process is void. */
export type DirectoryChange = 'new' | 'updated' | 'replaced' | 'stale' | 'full'

/** Who lives, by presence alone: a node without a live lease does not exist. */
export interface Directory {
  apply(nodeId: NodeId, presence: Presence, receivedMs: UnixMs): DirectoryChange
  get(nodeId: NodeId, nowMs: UnixMs): DirectoryNode | null
  /** By node id, so that equal directories list alike. */
  live(nowMs: UnixMs, role?: Role): DirectoryNode[]
  /** Forgets lapsed leases and names them. */
  sweep(nowMs: UnixMs): NodeId[]
}

export function createDirectory(init: DirectoryInit): Directory {
  const nodes = new Map<NodeId, DirectoryNode>()
  const maxNodes = init.maxNodes ?? 20_000
  /** All node ids in order, null when one has come or gone since. */
  let order: NodeId[] | null = null
  return {
    apply(nodeId, presence, receivedMs) {
      const known = nodes.get(nodeId)
      if (known !== undefined && presence.generation < known.presence.generation) {
        return 'stale'
      }
      if (known === undefined && nodes.size >= maxNodes) {
        return 'full'
      }
      const leaseEndsMs = receivedMs + init.leaseMs
      nodes.set(nodeId, { nodeId, operator: presence.binding.operator, presence, seenMs: receivedMs, leaseEndsMs })
      if (known === undefined) {
        order = null
        return 'new'
      }
      return presence.generation > known.presence.generation ? 'replaced' : 'updated'
    },
    get(nodeId, nowMs) {
      const node = nodes.get(nodeId)
      return node !== undefined && node.leaseEndsMs > nowMs ? node : null
    },
    live(nowMs, role) {
      order ??= [...nodes.keys()].sort()
      return order
        .map((nodeId) => nodes.get(nodeId) as DirectoryNode)
        .filter((node) => node.leaseEndsMs > nowMs && (role === undefined || node.presence.roles.includes(role)))
    },
    sweep(nowMs) {
      const lapsed = [...nodes.values()].filter((node) => node.leaseEndsMs <= nowMs).map((node) => node.nodeId)
      for (const nodeId of lapsed) {
        nodes.delete(nodeId)
        order = null
      }
      return lapsed
    }
  }
}

/** The directory as roles use it: somebody else feeds it. */
export interface PresenceFeed {
  readonly directory: Directory
  /** Told of every accepted presence, the sender's envelope included; the returned function removes the listener. */
  onPresence(listener: (event: PresenceEvent) => void): () => void
}

export interface PresenceEvent {
  nodeId: NodeId
  presence: Presence
  envelope: OpenedEnvelope
  change: DirectoryChange
}
