import type { GossipHandler, GossipVerdict, NodeId } from '@cortensor/interface'
import type { Peer } from './peer.js'

/** How a message gets from one node to the others. */
export interface Spreader {
  publish(from: Peer, topic: string, data: Uint8Array): void
  started(peer: Peer): void
  stopped(peer: Peer): void
  subscribed(topic: string, peer: Peer): void
  unsubscribed(topic: string, peer: Peer): void
  /** Who is connected with whom has changed. */
  changed(): void
}

/** A handler that throws instead of rejecting is no other fault. */
export const judge = async (handler: GossipHandler, data: Uint8Array, from: NodeId): Promise<GossipVerdict> => handler(data, from)
