import { errorMessage, type Logger } from '@cortensor/interface'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { GossipRouter } from '../gossip/gossip.js'

/** Identifying a peer and opening its stream take some round trips; on a busy machine seconds. */
const FIRST_REPAIR_MS = 2_000
const REPAIR_PAUSE_MS = 2_000
const REPAIR_TIMEOUT_MS = 5_000

/** After so many a connection is closed, to be made anew. */
const MAX_REPAIRS = 3

export interface GossipLinksInit {
  libp2p: Libp2p
  router: Pick<GossipRouter, 'protocols' | 'streamsOutbound'>
  /** Asks the peer again what it speaks, and tells all who wait for that. */
  identify(connection: Connection, signal: AbortSignal): Promise<void>
  logger: Logger | undefined
  /** @default the system's clock */
  now?: () => number
}

export interface GossipLinks {
  /** Looks after every connection; what it starts ends by itself. */
  check(): void
}

interface Broken {
  connection: Connection
  repairs: number
  /** When the next repair may begin; none does while one is under way. */
  dueMs: number
}

/**
 * Sees to it that gossip has its stream to every connected peer that speaks it. gossipsub opens one when a peer is identified, one after the
 * other, and tries neither again: after a failure on a busy machine the peer would hear nothing of us, as long as the connection lasts.
 */
export function createGossipLinks(init: GossipLinksInit): GossipLinks {
  const { libp2p, now = Date.now, router } = init
  /** By peer: connected, and without the stream. */
  const broken = new Map<string, Broken>()

  const repair = async (connection: Connection, repairs: number): Promise<void> => {
    const peer = connection.remotePeer
    const signal = AbortSignal.timeout(REPAIR_TIMEOUT_MS)
    const protocols = await libp2p.peerStore.get(peer, { signal }).then(
      (known) => known.protocols,
      () => []
    )
    const isStranger = protocols.length > 0 && !protocols.some((protocol) => router.protocols.includes(protocol))
    if (isStranger) {
      return
    }
    if (repairs < MAX_REPAIRS) {
      await init.identify(connection, signal)
    } else {
      await libp2p.hangUp(peer, { signal })
    }
  }
  const lookAfter = (connection: Connection, nowMs: number): void => {
    const peer = connection.remotePeer.toString()
    if (router.streamsOutbound.has(peer)) {
      broken.delete(peer)
      return
    }
    const held = broken.get(peer)
    const isSame = held?.connection === connection
    const state: Broken = isSame ? held : { connection, repairs: 0, dueMs: connection.timeline.open + FIRST_REPAIR_MS }
    broken.set(peer, state)
    if (nowMs >= state.dueMs) {
      state.dueMs = Number.POSITIVE_INFINITY
      repair(connection, state.repairs)
        .catch((error: unknown) => init.logger?.debug('A peer does not answer', { peer, error: errorMessage(error) }))
        .finally(() => {
          state.repairs++
          state.dueMs = now() + REPAIR_PAUSE_MS
        })
    }
  }
  return {
    check() {
      const open = new Map(
        libp2p
          .getConnections()
          .filter(({ status }) => status === 'open')
          .map((connection) => [connection.remotePeer.toString(), connection])
      )
      for (const peer of broken.keys()) {
        if (!open.has(peer)) {
          broken.delete(peer)
        }
      }
      for (const connection of open.values()) {
        lookAfter(connection, now())
      }
    }
  }
}
