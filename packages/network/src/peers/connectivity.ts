import { randomBytes } from 'node:crypto'
import { errorMessage, type Logger, type Startable } from '@cortensor/interface'
import { createRealClock, createRepeatingTask, createSeededRng } from '@cortensor/utils'
import type { Address, Connection, Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { GossipRouter } from '../gossip/gossip.js'
import { SCORE_THRESHOLDS } from '../gossip/score-params.js'
import type { NetworkMetrics } from '../metrics.js'
import type { PeerAddress } from './addresses.js'
import { createDialBackoff, dialTarget } from './dial-backoff.js'
import { createGossipLinks } from './gossip-links.js'
import type { PenaltyLedger } from './penalties.js'

const TICK_MS = 1_000
const DIAL_TIMEOUT_MS = 5_000
const DIALS_PER_TICK = 4

/** gossipsub keeps 6 to 12 peers a mesh; fewer connections than that would make every link of the node part of every mesh. */
export const TARGET_PEERS = 10

/** The peer store is read again at once after a dial or a walk that found somebody, and ever less often while it names nobody new. */
const MAX_LOOK_DELAY_MS = 15_000

/** The DHT looks around by itself only every five minutes; below the target we look every second, then ever less often. */
const FIRST_WALK_DELAY_MS = 1_000
const MAX_WALK_DELAY_MS = 300_000
/** With fewer connections than this a node has no mesh to speak of, and goes on looking. */
const FEW_PEERS = 4
const MAX_LONELY_WALK_DELAY_MS = 4_000
const WALK_TIMEOUT_MS = 5_000

export interface ConnectivityInit {
  libp2p: Libp2p
  router: GossipRouter
  walk(key: Uint8Array, signal: AbortSignal): Promise<void>
  routingTableSize(): number
  /** Asks the peer again what it speaks, and tells all who wait for that. */
  identify(connection: Connection, signal: AbortSignal): Promise<void>
  bootstrap: readonly PeerAddress[]
  kadProtocol: string
  penalties: PenaltyLedger
  metrics: NetworkMetrics
  logger: Logger | undefined
}

const keyOf = (id: PeerId, addresses: readonly Address[]): string =>
  dialTarget(
    id.toString(),
    addresses.map(({ multiaddr }) => multiaddr.toString())
  )

/** Keeps the node connected: bootstrap peers while it is lonely, random known peers up to the target, and no bad ones. */
export function createConnectivity(init: ConnectivityInit): Startable {
  const { libp2p, router, penalties } = init
  const backoff = createDialBackoff()
  const links = createGossipLinks(init)
  const rng = createSeededRng(libp2p.peerId.toString())
  let lookDelayMs = TICK_MS
  let lookAtMs = 0
  let lastCount = 0
  let walkDelayMs = FIRST_WALK_DELAY_MS
  let walkAtMs = 0
  let isFirstWalk = true
  let known = 0

  const dial = async (key: string, target: PeerId | Multiaddr, signal: AbortSignal): Promise<void> => {
    try {
      await libp2p.dial(target, { signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]) })
      backoff.succeeded(key)
      init.metrics.dial('connected')
    } catch (error) {
      if (!signal.aborted) {
        backoff.failed(key)
        init.metrics.dial('failed')
        init.logger?.debug('Dial failed', { target: target.toString(), error: errorMessage(error) })
      }
    }
  }
  const dialBootstrap = async (connected: ReadonlySet<string>, signal: AbortSignal): Promise<void> => {
    const isLonely = connected.size === 0
    const self = libp2p.peerId.toString()
    const away = init.bootstrap.filter(({ peer }) => peer !== self && !connected.has(peer))
    const keyed = away.map(({ address, peer }) => ({ address, key: dialTarget(peer, [address.toString()]) }))
    const targets = keyed.filter(({ key }) => backoff.isDue(key, isLonely))
    await Promise.all(targets.map(({ address, key }) => dial(key, address, signal)))
  }
  const dialKnown = async (connected: ReadonlySet<string>, signal: AbortSignal): Promise<void> => {
    const isLonely = connected.size === 0
    const peers = await libp2p.peerStore.all({ signal })
    known = peers.length
    const candidates = peers.filter(({ id, addresses, protocols }) => {
      const text = id.toString()
      const isOurs = protocols.length === 0 || protocols.includes(init.kadProtocol)
      const isWanted = isOurs && addresses.length > 0 && !connected.has(text) && !penalties.isDenied(text)
      return isWanted && backoff.isDue(keyOf(id, addresses), isLonely)
    })
    const wanted = Math.min(TARGET_PEERS - connected.size, DIALS_PER_TICK)
    const targets = rng.shuffle(candidates).slice(0, wanted)
    lookDelayMs = targets.length > 0 ? TICK_MS : Math.min(lookDelayMs * 2, MAX_LOOK_DELAY_MS)
    lookAtMs = Date.now() + lookDelayMs
    await Promise.all(targets.map(({ addresses, id }) => dial(keyOf(id, addresses), id, signal)))
  }
  const walkWhenDue = async (signal: AbortSignal): Promise<void> => {
    // A walk that starts from an empty routing table ends there.
    if (walkAtMs > Date.now() || init.routingTableSize() === 0) {
      return
    }
    const before = known
    // Our own neighbours first: they are who others look for when they look for us.
    const key = isFirstWalk ? libp2p.peerId.toMultihash().bytes : randomBytes(32)
    isFirstWalk = false
    await init.walk(key, AbortSignal.any([signal, AbortSignal.timeout(WALK_TIMEOUT_MS)])).catch(() => {})
    known = (await libp2p.peerStore.all({ signal })).length
    if (known > before) {
      walkDelayMs = FIRST_WALK_DELAY_MS
      lookDelayMs = TICK_MS
      lookAtMs = 0
    } else {
      const longest = libp2p.getPeers().length < FEW_PEERS ? MAX_LONELY_WALK_DELAY_MS : MAX_WALK_DELAY_MS
      walkDelayMs = Math.min(walkDelayMs * 2, longest)
    }
    walkAtMs = Date.now() + walkDelayMs
  }
  const dropBad = (): void => {
    for (const connection of libp2p.getConnections()) {
      const peer = connection.remotePeer.toString()
      if (router.getScore(peer) <= SCORE_THRESHOLDS.graylistThreshold) {
        penalties.deny(peer)
        init.logger?.warn('Peer denied for its gossip score', { peer })
        connection.abort(new Error('Gossip score too low'))
      }
    }
  }
  return createRepeatingTask({
    clock: createRealClock(),
    intervalMs: TICK_MS,
    immediately: true,
    onError: (error) => init.logger?.warn('Looking after connections failed', { error: errorMessage(error) }),
    async task(signal) {
      dropBad()
      links.check()
      const connected = new Set(libp2p.getPeers().map(String))
      init.metrics.peers(connected.size)
      if (connected.size >= TARGET_PEERS) {
        return
      }
      if (connected.size !== lastCount) {
        lastCount = connected.size
        lookDelayMs = TICK_MS
        lookAtMs = 0
      }
      await dialBootstrap(connected, signal)
      if (Date.now() >= lookAtMs) {
        await dialKnown(new Set(libp2p.getPeers().map(String)), signal)
      }
      await walkWhenDue(signal)
    }
  })
}
