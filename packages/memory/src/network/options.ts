import type { Clock, CreateMesh, NodeId, Rng } from '@cortensor/interface'
import type { Trace } from '../trace.js'

export interface LinkEnd {
  id: NodeId
  region: string
}

/** One-way delay between two nodes, in ms: drawn evenly from a range, or by a model. */
export type LatencyModel = { min: number; max: number } | ((from: LinkEnd, to: LinkEnd, rng: Rng) => number)

export interface MemoryHubInit {
  clock: Clock
  rng: Rng
  /** @default { min: 10, max: 80 } */
  latencyMs?: LatencyModel
  /** Share of gossip deliveries that never arrive, in [0, 1). Streams lose nothing. @default 0 */
  lossRate?: number
  /** Of every link, in bytes a second. @default 12500000 (100 Mbit/s) */
  bytesPerSecond?: number
  /**
   * `all`: every running node is connected with every other. `manual`: only what was dialled is, and gossip is forwarded by
   * subscribers over those links. `mesh`: connected as with `all`, but gossip takes its way over meshes of a few neighbours, all of which
   * forward it at once. @default 'all'
   */
  topology?: 'all' | 'mesh' | 'manual'
  /** Real gossip in the place of a model of it: with topology `all`, which then only says who can be dialled. @default the model */
  createMesh?: CreateMesh | undefined
  /** What the mesh is made with: its topics, and whom nodes dial first. @default nothing */
  topics?: readonly TopicLimit[]
  bootstrap?: readonly NodeId[]
  /** A message that comes again within this time is dropped, in ms. @default 120000 */
  seenTtlMs?: number
  /** From a partition to the connections across it breaking, in ms. @default 10000 */
  detectMs?: number
  /** Gets one line for every gossip delivery and every request. */
  trace?: Trace
}

export interface TopicLimit {
  name: string
  /** Longest message, in bytes. */
  maxBytes: number
}

/** Whether a node is handed what another one says on a topic. Nodes that share one function are asked about together. */
export type Hears = (topic: string, from: NodeId) => boolean

export interface MemoryNetworkInit {
  self: NodeId
  /** What a latency model sees. @default '' */
  region?: string
  /** The only topics that may be used. @default every topic, with messages of up to 65536 bytes */
  topics?: readonly TopicLimit[]
  /**
   * Keeps away what the node would forward unread: with topology `all` nobody forwards, and a thousand nodes that are each handed what a
   * thousand others say are a million deliveries. Not used with topology `manual`. @default everything is heard
   */
  hears?: Hears
}

export interface HubStats {
  published: number
  /** Deliveries that there would be if every message reached everybody who is connected and hears it. */
  expected: number
  delivered: number
  /** Lost to `lossRate`, partitions, bans and stopped nodes. */
  lost: number
  duplicates: number
  rejected: number
  requests: number
  /** Payload of gossip deliveries and of streams. */
  bytes: number
}

export const DEFAULT_LATENCY_MS: LatencyModel = { min: 10, max: 80 }
export const DEFAULT_BYTES_PER_SECOND = 12_500_000
export const DEFAULT_SEEN_TTL_MS = 120_000
/** libp2p's connection monitor pings every 10 s. */
export const DEFAULT_DETECT_MS = 10_000
export const DEFAULT_MAX_BYTES = 65_536
