import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import type { Clock, NodeId } from '@cortensor/interface'
import type { Connection, PeerId, PrivateKey, StreamHandler, Topology } from '@libp2p/interface'
import { createGossip, type Gossip, type GossipRouter } from '../gossip/gossip.js'
import { routerOptions } from '../gossip/router-options.js'
import { createNetworkMetrics } from '../metrics.js'
import type { TopicInit } from '../options.js'
import { nodeIdToPeerId } from '../peers/addresses.js'
import { createPenaltyLedger } from '../peers/penalties.js'

/** gossipsub as in a node, with what it sees of libp2p. */
export interface VirtualRouter {
  readonly id: NodeId
  readonly peerId: PeerId
  readonly gossip: Gossip
  start(): Promise<void>
  stop(): Promise<void>
  handlerOf(protocol: string): StreamHandler | undefined
  connected(peer: PeerId, connection: Connection): void
  disconnected(peer: PeerId): void
  peers(): string[]
  /** Grafts itself onto those of the topics that the peer has and that it is not in the peer's mesh for. */
  graft(peer: string, isDue: (topic: string) => boolean): void
}

/** A mesh that takes everybody and never asks for anybody: what it needs it does itself. */
const SYBIL_OPTIONS = { D: 1_000, Dlo: 0, Dhi: 1_000, Dout: 0, Dscore: 0 }

/** What only somebody who does not keep to the protocol needs of the class. */
interface RouterInside {
  readonly mesh: Map<string, Set<string>>
  /** Who has subscribed, by topic. */
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>
  sendGraft(peer: string, topics: string[]): void
}

const silent = Object.assign(() => {}, { error() {}, trace() {}, enabled: false, newScope: () => silent })

/** One node's router on a connection manager and a registrar of its own; nothing in it opens a socket. */
export function createVirtualRouter(
  id: NodeId,
  topics: readonly TopicInit[],
  clock: Clock,
  { isSybil = false }: { isSybil?: boolean } = {}
): VirtualRouter {
  const peerId = nodeIdToPeerId(id)
  const gossip = createGossip({ topics, logger: undefined, metrics: createNetworkMetrics(undefined, id) })
  const names = topics.map(({ name }) => name)
  const handlers = new Map<string, StreamHandler>()
  const topologies = new Set<Topology>()
  const connections = new Map<string, Connection>()
  const components = {
    peerId,
    // Of no use to a router that signs nothing.
    privateKey: undefined as unknown as PrivateKey,
    logger: { forComponent: () => silent },
    peerStore: { merge: async () => {}, get: async () => ({ addresses: [] }) },
    connectionManager: {
      openConnection: async (peer: PeerId) => connections.get(peer.toString()),
      getConnections: () => [...connections.values()]
    },
    registrar: {
      handle: async (protocol: string, handler: StreamHandler) => void handlers.set(protocol, handler),
      unhandle: async (protocol: string) => void handlers.delete(protocol),
      // One for each protocol that gossipsub speaks, all of them the same object.
      register: async (protocol: string, topology: Topology) => {
        topologies.add(topology)
        return protocol
      },
      unregister: () => topologies.clear(),
      getTopologies: () => [...topologies]
    }
  }
  const options = routerOptions({ topics: names, gossip, penalties: createPenaltyLedger(() => clock.now()), localNetwork: false })
  const router = gossipsub(isSybil ? { ...options, ...SYBIL_OPTIONS } : options)(
    components as unknown as Parameters<ReturnType<typeof gossipsub>>[0]
  ) as GossipRouter
  const service = router as unknown as { start(): Promise<void>; stop(): Promise<void> }
  const inside = router as unknown as RouterInside
  return {
    id,
    peerId,
    gossip,
    async start() {
      await service.start()
      gossip.attach(router)
    },
    async stop() {
      const left = gossip.detach()
      await service.stop()
      await left
    },
    handlerOf: (protocol) => handlers.get(protocol),
    connected(peer, connection) {
      connections.set(peer.toString(), connection)
      for (const topology of topologies) {
        topology.onConnect?.(peer, connection)
      }
    },
    disconnected(peer) {
      connections.delete(peer.toString())
      for (const topology of topologies) {
        topology.onDisconnect?.(peer)
      }
    },
    peers: () => [...connections.keys()],
    graft(peer, isDue) {
      const { mesh, topics: subscriptions } = inside
      const wanted = names.filter(
        (name) => subscriptions.get(name)?.has(peer) === true && mesh.get(name)?.has(peer) === false && isDue(name)
      )
      if (wanted.length > 0) {
        inside.sendGraft(peer, wanted)
        for (const name of wanted) {
          mesh.get(name)?.add(peer)
        }
      }
    }
  }
}
