import type { ContentStore, Network, NodeId } from '@cortensor/interface'
import { ContentIndex } from '../content/content-index.js'
import { createMemoryContentStore, type MemoryContentStoreInit } from '../content/content-store.js'
import { Gossip } from './gossip.js'
import { HubCore } from './hub-core.js'
import { createMemoryNetwork } from './memory-network.js'
import { MeshGossip } from './mesh-gossip.js'
import type { HubStats, MemoryHubInit, MemoryNetworkInit } from './options.js'
import { Peer } from './peer.js'

/** The world between nodes: mesh, streams and blocks travel over its links. */
export interface MemoryHub {
  createNetwork(init: MemoryNetworkInit): Network
  /** A node's blocks; they can be fetched while its network runs. */
  createContentStore(init: MemoryContentStoreInit): ContentStore
  /**
   * Splits the nodes; those that are in no group form one of their own. Gossip across is lost, streams across stand still and break
   * after `detectMs`. Replaces an earlier partition.
   */
  partition(groups: readonly (readonly NodeId[])[]): void
  heal(): void
  /** The node's network goes away without a word, as when its process dies; what runs on it is for the caller to forget. */
  kill(node: NodeId): void
  stats(): HubStats
  /** Counts anew, for example once meshes have formed. */
  resetStats(): void
  /** How long gossip took from its author to each receiver: ms and deliveries, by rising ms. */
  latencies(): [ms: number, deliveries: number][]
}

/** A hub whose links follow the clock and the random stream that it is given. */
export function createMemoryHub(init: MemoryHubInit): MemoryHub {
  const core = new HubCore(init)
  const gossip = init.createMesh === undefined ? new Gossip(core) : new MeshGossip(core, init.createMesh)
  core.spreader = gossip
  const index = new ContentIndex()
  return {
    createNetwork: (network) => createMemoryNetwork(core, gossip, new Peer(network), network),
    createContentStore: (store) => createMemoryContentStore(core, index, store),
    partition: (groups) => core.partition(groups),
    heal: () => core.heal(),
    kill(node) {
      const peer = core.byId.get(node)
      if (peer?.started === true) {
        core.stop(peer)
      }
    },
    stats: () => ({ ...core.stats }),
    resetStats() {
      for (const key of Object.keys(core.stats) as (keyof HubStats)[]) {
        core.stats[key] = 0
      }
      core.latencies.clear()
    },
    latencies: () => core.latencies.entries()
  }
}
