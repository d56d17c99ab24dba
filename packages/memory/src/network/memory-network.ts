import { isNodeId } from '@cortensor/crypto'
import type { HandlerLimits, Network, NodeId, RequestOptions } from '@cortensor/interface'
import { networkError } from '../errors.js'
import type { HubCore } from './hub-core.js'
import { DEFAULT_MAX_BYTES, type MemoryNetworkInit } from './options.js'
import type { Peer } from './peer.js'
import type { Spreader } from './spreader.js'
import { Stream } from './stream.js'

const DEFAULT_LIMITS: Readonly<Required<HandlerLimits>> = {
  maxRequestBytes: 65_536,
  maxResponseBytes: 65_536,
  maxStreamsPerPeer: 16,
  maxStreams: 256,
  serves: () => true
}

const multiaddrOf = (id: NodeId): string => `/memory/${id}/p2p/${id}`

function multiaddrToNodeId(multiaddr: string): NodeId {
  const id = /\/p2p\/([^/]+)$/.exec(multiaddr)?.[1] ?? ''
  if (!multiaddr.startsWith('/') || !isNodeId(id)) {
    throw networkError('NETWORK_ADDRESS_INVALID', `Not an address that ends in /p2p/<id>: ${multiaddr.slice(0, 128)}`)
  }
  return id
}

export function createMemoryNetwork(core: HubCore, gossip: Spreader, peer: Peer, init: MemoryNetworkInit): Network {
  const { clock } = core
  const limits = init.topics === undefined ? undefined : new Map(init.topics.map((topic) => [topic.name, topic.maxBytes]))

  const limitOf = (topic: string): number => {
    const maxBytes = limits === undefined ? DEFAULT_MAX_BYTES : limits.get(topic)
    if (maxBytes === undefined) {
      throw networkError(
        'NETWORK_TOPIC_NOT_ALLOWED',
        `Topic ${topic.slice(0, 128)} is not one of this network; name it in topics`
      )
    }
    return maxBytes
  }
  const checkStarted = (): void => {
    if (!peer.started) {
      throw networkError('NETWORK_NOT_STARTED', 'The network is not running; call start() first')
    }
  }
  const unreachable = (id: NodeId): Error =>
    networkError('NETWORK_PEER_UNREACHABLE', `${id} cannot be reached: check that it runs and that its address is right`)

  /** The peer once it is connected, after the time that dialling it takes. */
  const dial = async (id: NodeId, signal: AbortSignal | undefined): Promise<Peer> => {
    checkStarted()
    const target = core.byId.get(id)
    if (target === undefined || target === peer) {
      throw unreachable(id)
    }
    if (core.isConnected(peer, target)) {
      return target
    }
    await clock.sleep(core.links.travelMs(peer, target, 0) + core.links.travelMs(target, peer, 0), { signal })
    checkStarted()
    if (!core.flows(peer, target)) {
      throw unreachable(id)
    }
    core.link(peer, target)
    return target
  }
  const find = (id: NodeId, addresses: readonly string[]): void => {
    const target = core.byId.get(id)
    const isKnown = target !== undefined && (!core.isManual || core.isConnected(peer, target) || peer.known.has(id))
    if (!isKnown && !addresses.some((address) => address.endsWith(`/p2p/${id}`))) {
      throw unreachable(id)
    }
  }

  async function* request(id: NodeId, protocol: string, data: Uint8Array, options: RequestOptions): AsyncGenerator<Uint8Array> {
    const { signal } = options
    signal?.throwIfAborted()
    checkStarted()
    find(id, options.addresses ?? [])
    const server = await dial(id, signal)
    core.stats.requests++
    core.init.trace?.record(clock.now(), peer.id, `request ${protocol} ${id} ${data.byteLength}`)
    const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_MAX_BYTES
    const stream = new Stream({ core, client: peer, server, protocol, request: data.slice(), maxResponseBytes })
    const onAbort = (): void => stream.cancel({ error: signal?.reason })
    signal?.addEventListener('abort', onAbort, { once: true })
    stream.open()
    try {
      for (let message = await stream.next(); message !== null; message = await stream.next()) {
        yield message
        signal?.throwIfAborted()
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      stream.cancel()
    }
  }

  return {
    self: peer.id,
    async start() {
      if (peer.started) {
        return
      }
      if (core.byId.get(peer.id)?.started === true) {
        throw networkError('NETWORK_LISTEN_FAILED', `A node with the id ${peer.id} is running already: stop it first`)
      }
      core.start(peer)
    },
    async stop() {
      if (peer.started) {
        core.stop(peer)
      }
      await peer.pending.idle()
    },
    multiaddrs: () => (peer.started ? [multiaddrOf(peer.id)] : []),
    peers: () => core.connected(peer).map((other) => other.id),
    async publish(topic, data, options) {
      options?.signal?.throwIfAborted()
      const maxBytes = limitOf(topic)
      if (data.byteLength > maxBytes) {
        const text = `A message of ${topic} has at most ${maxBytes} bytes, got ${data.byteLength}`
        throw networkError('NETWORK_MESSAGE_TOO_LARGE', text)
      }
      checkStarted()
      gossip.publish(peer, topic, data)
    },
    async subscribe(topic, handler) {
      limitOf(topic)
      if (peer.topics.has(topic)) {
        throw networkError('NETWORK_ALREADY_HANDLED', `Topic ${topic} has a handler; unsubscribe it first`)
      }
      peer.topics.set(topic, handler)
      core.subscribe(topic, peer)
      return async () => {
        if (peer.topics.get(topic) === handler) {
          peer.topics.delete(topic)
          core.unsubscribe(topic, peer)
        }
      }
    },
    request: (id, protocol, data, options = {}) => request(id, protocol, data, options),
    async handle(protocol, handler, handlerLimits) {
      if (peer.protocols.has(protocol)) {
        throw networkError('NETWORK_ALREADY_HANDLED', `Protocol ${protocol} has a handler; remove it first`)
      }
      const entry = { handler, limits: { ...DEFAULT_LIMITS, ...handlerLimits }, active: new Map(), total: 0 }
      peer.protocols.set(protocol, entry)
      return async () => {
        if (peer.protocols.get(protocol) === entry) {
          peer.protocols.delete(protocol)
        }
      }
    },
    async connect(multiaddr, options) {
      options?.signal?.throwIfAborted()
      const id = multiaddrToNodeId(multiaddr)
      await dial(id, options?.signal)
      return id
    },
    report(id, penalty) {
      const other = core.byId.get(id)
      if (other !== undefined) {
        core.punish(peer, other, penalty)
      }
    },
    onPeer(listener) {
      peer.listeners.add(listener)
      core.listeners++
      return () => {
        if (peer.listeners.delete(listener)) {
          core.listeners--
        }
      }
    }
  }
}
