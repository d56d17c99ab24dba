import { ed25519FromSeed, publicKeyToNodeId } from '@cortensor/crypto'
import {
  type AbortOptions,
  errorMessage,
  type HandlerLimits,
  type Network,
  type NodeId,
  type PeerEvent
} from '@cortensor/interface'
import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import { abortReason, networkError, notStarted } from './errors.js'
import { createGossip } from './gossip/gossip.js'
import { createNetworkMetrics } from './metrics.js'
import type { Libp2pNetworkInit } from './options.js'
import { nodeIdToPeerId, parsePeerAddress } from './peers/addresses.js'
import { createPenaltyLedger, DENY_SCORE } from './peers/penalties.js'
import { type RunningNode, startNode } from './running-node.js'
import { createActiveRequests } from './streams/active-requests.js'
import { createResponder, DEFAULT_HANDLER_LIMITS, type Responder } from './streams/responder.js'
import { within } from './within.js'

/** Handlers get their signal first; one that still runs after this breaks its contract and is left behind. */
const HANDLER_GRACE_MS = 5_000
const HANG_UP_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 10_000

/** Addresses taken from one caller for one peer; more only make a failing dial longer. */
const MAX_ADDRESSES = 8

export interface Libp2pNetwork extends Network {
  /** The node itself, for the content store; there only between `start` and `stop`. Throws `NETWORK_NOT_STARTED`. */
  readonly libp2p: Libp2p
}

/**
 * The port `Network` on a libp2p node of its own. `subscribe` and `handle` may be called before `start` and outlive a `stop`.
 * `start` throws `NETWORK_LISTEN_FAILED`, `NETWORK_ADDRESS_INVALID`, `STORE_LOCKED` or `STORE_CORRUPT`.
 */
export function createLibp2pNetwork(init: Libp2pNetworkInit): Libp2pNetwork {
  const self = publicKeyToNodeId(ed25519FromSeed(init.seed).publicKey)
  const logger = init.logger?.child({ component: 'network' })
  const metrics = createNetworkMetrics(init.metrics, self)
  const penalties = createPenaltyLedger()
  const gossip = createGossip({ topics: init.topics, logger, metrics })
  const responders = new Map<string, { responder: Responder; limits: HandlerLimits | undefined }>()
  const listeners = new Set<(event: PeerEvent) => void>()
  let running: RunningNode | undefined
  let turn: Promise<void> = Promise.resolve()

  const requireLibp2p = (): Libp2p => {
    if (running === undefined) {
      throw notStarted()
    }
    return running.libp2p
  }
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const next = turn.then(step)
    turn = next.catch(() => {})
    return next
  }
  const register = async (libp2p: Libp2p, protocol: string): Promise<void> => {
    const entry = responders.get(protocol)
    if (entry !== undefined) {
      const perPeer = entry.limits?.maxStreamsPerPeer ?? DEFAULT_HANDLER_LIMITS.maxStreamsPerPeer
      // Our own limit counts answers in progress; this one also counts streams that are about to close.
      await libp2p.handle(protocol, entry.responder.accept, { maxInboundStreams: 2 * perPeer + 8 })
    }
  }
  const emit = (type: PeerEvent['type'], peer: PeerId): void => {
    for (const listener of [...listeners]) {
      try {
        listener({ type, peer: peer.toString() as NodeId })
      } catch (error) {
        logger?.error('Peer listener failed', { error: errorMessage(error) })
      }
    }
  }
  const dial = async (
    target: Parameters<Libp2p['dial']>[0],
    name: string,
    signal: AbortSignal | undefined
  ): Promise<Connection> => {
    const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
    try {
      return await requireLibp2p().dial(target, { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) })
    } catch (cause) {
      if (signal?.aborted === true) {
        throw abortReason(signal)
      }
      throw networkError('NETWORK_PEER_UNREACHABLE', `${name} cannot be reached (${errorMessage(cause)}); is it running?`, {
        cause
      })
    }
  }
  const openConnection = async (
    peer: NodeId,
    options: AbortOptions & { addresses?: readonly string[] | undefined }
  ): Promise<Connection> => {
    const libp2p = requireLibp2p()
    const peerId = nodeIdToPeerId(peer)
    const open = libp2p.getConnections(peerId).find(({ status }) => status === 'open')
    if (open !== undefined) {
      return open
    }
    const addresses = (options.addresses ?? []).slice(0, MAX_ADDRESSES).map(parsePeerAddress)
    const own = addresses.filter((address) => address.peer === peer)
    if (own.length > 0) {
      await libp2p.peerStore.merge(peerId, { multiaddrs: own.map(({ address }) => address) })
    }
    return dial(peerId, peer, options.signal)
  }
  const requests = createActiveRequests({ connect: openConnection, metrics })

  return {
    self,
    get libp2p() {
      return requireLibp2p()
    },
    start: () =>
      inTurn(async () => {
        running ??= await startNode({
          init,
          gossip,
          penalties,
          metrics,
          logger,
          async prepare(libp2p) {
            libp2p.addEventListener('peer:connect', (event) => emit('connect', event.detail))
            libp2p.addEventListener('peer:disconnect', (event) => emit('disconnect', event.detail))
            for (const protocol of responders.keys()) {
              await register(libp2p, protocol)
            }
          }
        })
      }),
    stop: () =>
      inTurn(async () => {
        const node = running
        if (node === undefined) {
          return
        }
        running = undefined
        requests.abortAll()
        const ended = Promise.all([...responders.values()].map(({ responder }) => responder.stop()))
        if (!(await within(ended, HANDLER_GRACE_MS))) {
          logger?.warn('A request handler did not end in time')
        }
        await node.stop()
      }),
    multiaddrs: () => running?.libp2p.getMultiaddrs().map(String) ?? [],
    peers: () => running?.libp2p.getPeers().map((peer) => peer.toString() as NodeId) ?? [],
    async publish(topic, data, options) {
      options?.signal?.throwIfAborted()
      await gossip.publish(topic, data)
    },
    async subscribe(topic, handler) {
      const unsubscribe = gossip.subscribe(topic, handler)
      return async () => unsubscribe()
    },
    request: (peer, protocol, data, options) => requests.send(peer, protocol, data, options),
    async handle(protocol, handler, limits) {
      if (responders.has(protocol)) {
        throw networkError('NETWORK_ALREADY_HANDLED', `${protocol} has a handler; remove it first`)
      }
      const entry = { responder: createResponder({ protocol, handler, limits, metrics, logger }), limits }
      responders.set(protocol, entry)
      if (running !== undefined) {
        await register(running.libp2p, protocol)
      }
      return async () => {
        if (responders.get(protocol) === entry) {
          responders.delete(protocol)
          await running?.libp2p.unhandle(protocol)
          await entry.responder.stop()
        }
      }
    },
    async connect(address, options) {
      const parsed = parsePeerAddress(address)
      await dial(parsed.address, address, options?.signal)
      return parsed.peer
    },
    report(peer, penalty) {
      metrics.penalty(penalty)
      if (penalties.add(peer, penalty) > DENY_SCORE) {
        return
      }
      penalties.deny(peer)
      logger?.warn('Peer denied for its score', { peer, penalty })
      const hangUp = running?.libp2p.hangUp(nodeIdToPeerId(peer), { signal: AbortSignal.timeout(HANG_UP_TIMEOUT_MS) })
      hangUp?.catch((error: unknown) => logger?.debug('Hanging up failed', { peer, error: errorMessage(error) }))
    },
    onPeer(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    }
  }
}
