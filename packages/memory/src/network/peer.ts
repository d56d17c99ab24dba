import type { GossipHandler, HandlerLimits, NodeId, PeerEvent, RequestHandler } from '@cortensor/interface'
import type { Hears, MemoryNetworkInit } from './options.js'
import { Pending } from './pending.js'
import type { Stream } from './stream.js'

export interface Protocol {
  handler: RequestHandler
  limits: Required<HandlerLimits>
  /** Requests in progress. */
  active: Map<Peer, number>
  total: number
}

/** What the hub knows of one node. */
export class Peer {
  readonly id: NodeId
  readonly region: string
  /** Undefined when it hears everything. */
  readonly hears: Hears | undefined
  /** Position in the hub's list, for bit sets; a node that starts anew takes over the place of its former life. */
  index = -1
  started = false
  /** Nodes of different groups cannot reach each other. */
  group = 0
  /** The group as far as connections have noticed. */
  noticedGroup = 0
  readonly topics = new Map<string, GossipHandler>()
  readonly protocols = new Map<string, Protocol>()
  readonly listeners = new Set<(event: PeerEvent) => void>()
  /** Dialled connections; only where the topology is manual. */
  readonly links = new Set<Peer>()
  /** Nodes that were connected before, and can be dialled without an address. */
  readonly known = new Set<NodeId>()
  readonly scores = new Map<NodeId, { value: number; atMs: number }>()
  /** Peers that are kept away, and until when. */
  readonly bans = new Map<NodeId, number>()
  readonly streams = new Set<Stream>()
  readonly pending = new Pending()

  constructor({ hears, region = '', self }: MemoryNetworkInit) {
    this.id = self
    this.region = region
    this.hears = hears
  }

  emit(event: PeerEvent): void {
    for (const listener of [...this.listeners]) {
      listener(event)
    }
  }
}
