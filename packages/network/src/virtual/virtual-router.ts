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
}

const silent = Object.assign(() => {}, { error() {}, trace() {}, enabled: false, newScope: () => silent })

/** One node's router on a connection manager and a registrar of its own; nothing in it opens a socket. */
export function createVirtualRouter(id: NodeId, topics: readonly TopicInit[], clock: Clock): VirtualRouter {
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
  const router = gossipsub(
    routerOptions({ topics: names, gossip, penalties: createPenaltyLedger(() => clock.now()), localNetwork: false })
  )(components as unknown as Parameters<ReturnType<typeof gossipsub>>[0]) as GossipRouter
  const service = router as unknown as { start(): Promise<void>; stop(): Promise<void> }
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
    peers: () => [...connections.keys()]
  }
}
