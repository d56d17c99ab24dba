import type { Logger, Metrics } from '@cortensor/interface'

export interface TopicInit {
  name: string
  /** A longer message is neither sent nor forwarded, in bytes. */
  maxBytes: number
}

export interface Libp2pNetworkInit {
  /** Seed of the node's Ed25519 key, 32 bytes: the node's identity. Keep it secret. */
  seed: Uint8Array
  /** Networks with different ids share neither DHT nor topics. */
  networkId: string
  /** The only topics that are ever tracked, forwarded or published to. */
  topics: readonly TopicInit[]
  /** Multiaddrs to listen on. @default ['/ip4/127.0.0.1/tcp/0'] */
  listen?: readonly string[] | undefined
  /** Multiaddrs to tell others instead of the ones listened on, for nodes behind a NAT. @default none */
  announce?: readonly string[] | undefined
  /** Multiaddrs ending in `/p2p/<id>` that are dialled until the node has peers. @default none */
  bootstrap?: readonly string[] | undefined
  /** Folder of the peer store and the DHT's records. @default kept in memory */
  datastoreDir?: string | undefined
  /** All nodes share one or few addresses: no scoring by address, no limit on new connections of one address. @default false */
  localNetwork?: boolean | undefined
  /** Connections kept; above it the least valuable are closed. @default 100 */
  maxConnections?: number | undefined
  logger?: Logger | undefined
  metrics?: Metrics | undefined
}

export const DEFAULT_LISTEN: readonly string[] = ['/ip4/127.0.0.1/tcp/0']

/** Each idle connection costs about 0.2 MB and a ping every 20 s: room for a mesh of 12 in each of several topics and for requests. */
export const DEFAULT_MAX_CONNECTIONS = 100

export const kadProtocol = (networkId: string): string => `/cortensor/${networkId}/kad/1.0.0`
