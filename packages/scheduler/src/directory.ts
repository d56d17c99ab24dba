import type { Address, ModelId, NodeId, Role, UnixMs } from '@cortensor/interface'
import type { ModelOffer, OpenedEnvelope, Presence } from '@cortensor/protocols'
import { createOfferings, type OfferedModel, type Offering } from './offerings.js'

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

/**
 * `renewed`: all is as before, but for the lease. `replaced`: the same identity with a higher generation, so whatever was known of the old
 * process is void.
 */
export type DirectoryChange = 'new' | 'renewed' | 'updated' | 'replaced' | 'stale' | 'full'

/** Who lives, by presence alone: a node without a live lease does not exist. */
export interface Directory {
  apply(nodeId: NodeId, presence: Presence, receivedMs: UnixMs): DirectoryChange
  get(nodeId: NodeId, nowMs: UnixMs): DirectoryNode | null
  /** By node id, so that equal directories list alike. */
  live(nowMs: UnixMs, role?: Role): DirectoryNode[]
  /**
   * What live miners offer of these models for text generation, by model, then node id. Found without a look at other nodes. The list is valid
   * until the directory is asked or told anything again, and no call may be of an earlier time than the one before.
   */
  offerings(models: readonly ModelId[], nowMs: UnixMs): readonly Offering[]
  /** What live miners offer under one id, or null while nobody offers it. As above, of no earlier time. */
  model(model: ModelId, nowMs: UnixMs): OfferedModel | null
  /** The models that live miners offer for text generation, in no order. No call may be of an earlier time than the one before. */
  models(nowMs: UnixMs): OfferedModel[]
  /** Forgets lapsed leases and names them. */
  sweep(nowMs: UnixMs): NodeId[]
}

export function createDirectory(init: DirectoryInit): Directory {
  const nodes = new Map<NodeId, DirectoryNode>()
  const maxNodes = init.maxNodes ?? 20_000
  /** All node ids in order, null when one has come or gone since. */
  let order: NodeId[] | null = null
  const offerings = createOfferings()
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
      const node = { nodeId, operator: presence.binding.operator, presence, seenMs: receivedMs, leaseEndsMs }
      nodes.set(nodeId, node)
      offerings.put(node)
      if (known === undefined) {
        order = null
        return 'new'
      }
      if (presence.generation > known.presence.generation) {
        return 'replaced'
      }
      return known.leaseEndsMs > receivedMs && isSame(known.presence, presence) ? 'renewed' : 'updated'
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
    offerings(models, nowMs) {
      offerings.lapse(nowMs)
      const [first] = models
      return models.length === 1 && first !== undefined ? offerings.of(first) : models.flatMap((model) => offerings.of(model))
    },
    model(model, nowMs) {
      offerings.lapse(nowMs)
      return offerings.model(model)
    },
    models(nowMs) {
      offerings.lapse(nowMs)
      return offerings.models()
    },
    sweep(nowMs) {
      offerings.lapse(nowMs)
      const lapsed = [...nodes.values()].filter((node) => node.leaseEndsMs <= nowMs).map((node) => node.nodeId)
      for (const nodeId of lapsed) {
        nodes.delete(nodeId)
        order = null
      }
      return lapsed
    }
  }
}

/** Whether two presences of one process say the same. */
function isSame(a: Presence, b: Presence): boolean {
  const isEqual = <T>(left: readonly T[], right: readonly T[], is: (x: T, y: T) => boolean): boolean =>
    left.length === right.length && left.every((value, i) => is(value, right[i] as T))
  const identical = <T>(x: T, y: T): boolean => x === y
  return (
    a.freeSlots === b.freeSlots &&
    a.totalSlots === b.totalSlots &&
    a.queueLength === b.queueLength &&
    a.fingerprint === b.fingerprint &&
    a.agent === b.agent &&
    a.binding.operator === b.binding.operator &&
    isEqual(a.roles, b.roles, identical) &&
    isEqual(a.addresses, b.addresses, identical) &&
    isEqual(a.models, b.models, isSameOffer)
  )
}

const isSameOffer = (a: ModelOffer, b: ModelOffer): boolean =>
  a.id === b.id &&
  a.kind === b.kind &&
  a.name === b.name &&
  a.quantisation === b.quantisation &&
  a.contextLength === b.contextLength &&
  a.decodeTokensPerSecond === b.decodeTokensPerSecond &&
  a.prefillTokensPerSecond === b.prefillTokensPerSecond &&
  a.priceMicroPerKilotoken === b.priceMicroPerKilotoken

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
