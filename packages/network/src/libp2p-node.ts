import { gossipsub } from '@chainsafe/libp2p-gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import type { Connection, Libp2p, PeerId, PrivateKey } from '@libp2p/interface'
import { kadDHT, passthroughMapper, type SingleKadDHT } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import type { Datastore } from 'interface-datastore'
import { createLibp2p } from 'libp2p'
import type { Gossip, GossipRouter } from './gossip/gossip.js'
import { routerOptions } from './gossip/router-options.js'
import { DEFAULT_LISTEN, DEFAULT_MAX_CONNECTIONS, kadProtocol, type Libp2pNetworkInit } from './options.js'
import type { PenaltyLedger } from './peers/penalties.js'

/** The smallest that yamux allows. A larger one would only let a stalled reader hold more. */
const STREAM_WINDOW_BYTES = 262_144

/** Half-open links are noticed within these two; libp2p's 10 s and 5 s cut healthy links of a machine that is busy with inference. */
const PING_INTERVAL_MS = 20_000
const PING_TIMEOUT_MS = 15_000

/** All other queries wait for this one; the bootstrap peers are connected and known by then unless they are far away. */
const FIRST_SELF_QUERY_MS = 500

/** As in the Kademlia paper. The library's 10, in paths of their own, makes every lookup dial most of a small network. */
const QUERY_CONCURRENCY = 3

/** A handshake costs some 10 ms of CPU on both sides; a hundred at once would make all of them late on a small machine. */
const MAX_PARALLEL_DIALS = 16

/**
 * Of streams that are opened without a limit of their own: those of gossip, one after the other, so that a peer which does not answer holds
 * up all others for so long. It is tried again.
 */
const NEGOTIATION_TIMEOUT_MS = 3_000

/** Nodes of a local network all start at once and from one address. */
const LOCAL_INBOUND_PER_SECOND = 1_000

export interface NodeParts {
  init: Libp2pNetworkInit
  privateKey: PrivateKey
  datastore: Datastore | undefined
  gossip: Gossip
  penalties: PenaltyLedger
}

export interface Libp2pNode {
  libp2p: Libp2p
  router: GossipRouter
  /** Looks for peers near a random place of the DHT. */
  walk(key: Uint8Array, signal: AbortSignal): Promise<void>
  /** Asks the peer again what it speaks, and tells all who wait for that. */
  identify(connection: Connection, signal: AbortSignal): Promise<void>
  /** Peers that the DHT knows. */
  routingTableSize(): number
}

/** Puts the node together, not started. */
export async function createLibp2pNode(parts: NodeParts): Promise<Libp2pNode> {
  const { init, penalties } = parts
  const topics = init.topics.map((topic) => topic.name)
  const isLocal = init.localNetwork === true
  const isDenied = (peer: PeerId): boolean => penalties.isDenied(peer.toString())
  const libp2p = await createLibp2p({
    start: false,
    privateKey: parts.privateKey,
    nodeInfo: { name: 'cortensor', userAgent: 'cortensor' },
    addresses: { listen: [...(init.listen ?? DEFAULT_LISTEN)], announce: [...(init.announce ?? [])] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({ streamOptions: { initialStreamWindowSize: STREAM_WINDOW_BYTES, maxStreamWindowSize: STREAM_WINDOW_BYTES } })
    ],
    connectionManager: {
      maxConnections: init.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
      maxParallelDials: MAX_PARALLEL_DIALS,
      outboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
      ...(isLocal
        ? { inboundConnectionThreshold: LOCAL_INBOUND_PER_SECOND, maxIncomingPendingConnections: LOCAL_INBOUND_PER_SECOND }
        : {})
    },
    connectionMonitor: { pingInterval: PING_INTERVAL_MS, pingTimeout: { minTimeout: PING_TIMEOUT_MS } },
    connectionGater: {
      denyDialPeer: isDenied,
      denyInboundEncryptedConnection: isDenied
    },
    ...(parts.datastore === undefined ? {} : { datastore: parts.datastore }),
    services: {
      identify: identify(),
      // Protocols that are registered later, such as bitswap, reach peers that are already connected.
      identifyPush: identifyPush(),
      ping: ping(),
      dht: kadDHT({
        protocol: kadProtocol(init.networkId),
        clientMode: false,
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true,
        alpha: QUERY_CONCURRENCY,
        initialQuerySelfInterval: FIRST_SELF_QUERY_MS
      }),
      gossip: gossipsub(routerOptions({ topics, gossip: parts.gossip, penalties, localNetwork: isLocal }))
    }
  })
  return {
    libp2p: libp2p as unknown as Libp2p,
    router: libp2p.services.gossip as GossipRouter,
    async walk(key, signal) {
      for await (const _ of libp2p.services.dht.getClosestPeers(key, { signal })) {
        // Whoever answers is now known to the peer store.
      }
    },
    async identify(connection, signal) {
      await libp2p.services.identify.identify(connection, { signal })
    },
    routingTableSize: () => (libp2p.services.dht as SingleKadDHT).routingTable.size
  }
}
