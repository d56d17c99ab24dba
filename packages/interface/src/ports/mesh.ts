import type { NodeId } from '../ids.js'
import type { Clock } from './clock.js'
import type { GossipHandler } from './network.js'
import type { Rng } from './rng.js'

/** What lies between the nodes of a simulated network. */
export interface MeshLinks {
  /** How long a frame travels, in ms; null for one that is lost. */
  travelMs(from: NodeId, to: NodeId, bytes: number): number | null
  /** Whether what was sent still arrives. */
  flows(from: NodeId, to: NodeId): boolean
  /** Whether a connection between the two can be made and kept. */
  isConnected(a: NodeId, b: NodeId): boolean
}

export interface MeshInit {
  clock: Clock
  rng: Rng
  topics: readonly { name: string; maxBytes: number }[]
  links: MeshLinks
  /** Dialled before anybody else. */
  bootstrap: readonly NodeId[]
}

export interface SybilInit {
  /** It connects to these, and to nobody else. */
  targets: readonly NodeId[]
  /** Under which others see it, as a multiaddr; sybils of one machine share theirs. */
  address: string
}

/**
 * Gossip between nodes of one process over links that a simulation makes, in its time: an adapter's own code in the place of a model of
 * it. A node forwards what it was shown and has accepted.
 */
export interface Mesh {
  /** The node runs: it looks for peers by itself. */
  start(node: NodeId): void
  /**
   * A node that plays against the mesh: it grafts itself onto every topic of its targets, and again once they have thrown it out and their
   * backoff is over. What it forwards its handlers say.
   */
  startSybil(node: NodeId, init: SybilInit): void
  /** It is gone, without a word. */
  stop(node: NodeId): void
  /** One handler a topic; the returned function unsubscribes. */
  subscribe(node: NodeId, topic: string, handler: GossipHandler): () => void
  publish(node: NodeId, topic: string, data: Uint8Array): Promise<void>
}

export type CreateMesh = (init: MeshInit) => Mesh
