import type { NodeId } from '../ids.js'
import type { AbortOptions, Startable } from '../startable.js'

/**
 * What a validator says of a gossip message: `accept` forwards it, `ignore` drops it silently (late, not for me, already known),
 * `reject` drops it and costs the forwarding peer score, so only for provably bad bytes.
 */
export type GossipVerdict = 'accept' | 'ignore' | 'reject'

/** Called once for every new message of a topic, before it is forwarded. It must be quick; slow work is started, not awaited. */
export type GossipHandler = (data: Uint8Array, from: NodeId) => Promise<GossipVerdict>

export interface RequestContext {
  /** The authenticated remote peer. */
  from: NodeId
  /** Aborts when the requester goes away, resets the stream, or this node stops. */
  signal: AbortSignal
}

/** Answers one request with a stream of messages. Throwing resets the stream. */
export type RequestHandler = (request: Uint8Array, context: RequestContext) => AsyncIterable<Uint8Array>

export interface HandlerLimits {
  /** A longer request resets the stream. @default 65536 */
  maxRequestBytes?: number
  /** Longest single message of the answer. @default 65536 */
  maxResponseBytes?: number
  /** Requests of one peer in progress at a time; more are reset. @default 16 */
  maxStreamsPerPeer?: number
  /** Requests of all peers in progress at a time. @default 256 */
  maxStreams?: number
  /** Whose requests are read; those of others are reset at once, and take no place of anybody's. It must be quick. @default everybody's */
  serves?: (peer: NodeId) => boolean
}

export interface RequestOptions extends AbortOptions {
  /** Longest single message of the answer; a longer one is an error. @default 65536 */
  maxResponseBytes?: number
  /** Multiaddrs to dial when the peer is not connected and not known. */
  addresses?: readonly string[]
}

export type PeerEvent = { type: 'connect' | 'disconnect'; peer: NodeId }

/** Why a peer lost score; a bounded set, it becomes a metric label. */
export type Penalty = 'invalid-message' | 'protocol-violation' | 'timeout'

/**
 * The mesh and direct streams. Errors thrown have codes of `NetworkErrorCode`.
 */
export interface Network extends Startable {
  readonly self: NodeId
  /** Addresses others can dial, with `/p2p/<id>`; empty before start. */
  multiaddrs(): string[]
  /** Currently connected peers. */
  peers(): NodeId[]
  /** Broadcasts; resolves when handed to the mesh. Not delivered to our own handler. Publishing to nobody is not an error. */
  publish(topic: string, data: Uint8Array, options?: AbortOptions): Promise<void>
  /** One handler a topic. Resolves to the function that unsubscribes. */
  subscribe(topic: string, handler: GossipHandler): Promise<() => Promise<void>>
  /** Sends one request and yields the answer's messages. Ending the iteration early, or aborting, resets the stream. */
  request(peer: NodeId, protocol: string, data: Uint8Array, options?: RequestOptions): AsyncIterable<Uint8Array>
  /** Registers the handler of a protocol. Resolves to the function that removes it. */
  handle(protocol: string, handler: RequestHandler, limits?: HandlerLimits): Promise<() => Promise<void>>
  /** Dials a multiaddr that ends in `/p2p/<id>`. */
  connect(multiaddr: string, options?: AbortOptions): Promise<NodeId>
  /** Lowers a peer's score. */
  report(peer: NodeId, penalty: Penalty): void
  /** Registers a listener; the returned function removes it. */
  onPeer(listener: (event: PeerEvent) => void): () => void
}

export type NetworkErrorCode =
  | 'NETWORK_NOT_STARTED'
  | 'NETWORK_MESSAGE_TOO_LARGE'
  | 'NETWORK_TOPIC_NOT_ALLOWED'
  | 'NETWORK_PEER_UNREACHABLE'
  | 'NETWORK_STREAM_RESET'
  | 'NETWORK_ALREADY_HANDLED'
  | 'NETWORK_ADDRESS_INVALID'
  | 'NETWORK_LISTEN_FAILED'
