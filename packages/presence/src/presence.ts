import type {
  Cancel,
  Clock,
  Logger,
  Metrics,
  Network,
  NetworkId,
  NodeId,
  Signer,
  Startable,
  Verifier
} from '@cortensor/interface'
import type { OpenedEnvelope, Presence, Publisher } from '@cortensor/protocols'
import { checkBinding, createGossipHandler, decodePresence, topicName } from '@cortensor/protocols'
import type { PresenceEvent, PresenceFeed } from '@cortensor/scheduler'
import { createDirectory } from '@cortensor/scheduler'
import { bytesToHex, LruMap } from '@cortensor/utils'
import type { AnnouncerInit, PresenceDetails } from './announcer.js'
import { createAnnouncer } from './announcer.js'

export interface PresenceRoleInit extends AnnouncerInit {
  networkId: NetworkId
  /** Listen to others too. A node that only computes need not. @default true */
  subscribe?: boolean
}

export interface PresenceRoleComponents {
  network: Network
  publisher: Publisher
  signer: Signer
  verifier: Verifier
  clock: Clock
  logger: Logger
  metrics: Metrics
  describe?: (() => Promise<PresenceDetails>) | undefined
}

export interface PresenceRole extends PresenceFeed, Startable {
  /** Announces at once, besides the regular slots: after something that others should know soon. */
  announce(): Promise<void>
}

/** As many as the directory holds. A checked binding is remembered, because every presence repeats it. */
const REMEMBERED_NODES = 20_000

/** The part that every node plays: announces itself and knows who lives. */
export function presenceRole(init: PresenceRoleInit): (components: PresenceRoleComponents) => PresenceRole {
  return (components) => {
    const { clock, logger, metrics, network, signer, verifier } = components
    const directory = createDirectory({ leaseMs: init.leaseMs })
    const listeners = new Set<(event: PresenceEvent) => void>()
    const bindings = new LruMap<string, boolean>(REMEMBERED_NODES)
    const sequences = new LruMap<NodeId, number>(REMEMBERED_NODES)
    const rejected = metrics.counter({
      name: 'cortensor_presence_rejected_total',
      help: 'Presence messages that were not accepted',
      labelNames: ['reason']
    })
    const liveNodes = metrics.gauge({ name: 'cortensor_live_nodes', help: 'Nodes with a live lease' })
    let unsubscribe: (() => Promise<void>) | undefined
    let cancelSweep: Cancel | undefined

    const isBound = async (presence: Presence, envelope: OpenedEnvelope): Promise<boolean> => {
      const { binding } = presence
      const key = `${envelope.sender}/${binding.operator}/${bytesToHex(binding.operatorSignature)}/${bytesToHex(binding.nodeSignature)}`
      const known = bindings.get(key)
      if (known !== undefined) {
        return known
      }
      const good = await checkBinding(verifier, envelope.sender, binding, { chainId: init.chainId, registry: init.registry })
      bindings.set(key, good)
      return good
    }
    /** True for what was said before something that is known already: it came late, or somebody said it again. */
    const isOutdated = ({ generation }: Presence, { sender, sequence }: OpenedEnvelope): boolean => {
      const known = directory.get(sender, clock.now())
      return known?.presence.generation === generation && sequence <= (sequences.get(sender) ?? -1)
    }
    const take = (presence: Presence, envelope: OpenedEnvelope): boolean => {
      const isStale = isOutdated(presence, envelope)
      const change = isStale ? 'stale' : directory.apply(envelope.sender, presence, clock.now())
      if (change === 'stale' || change === 'full') {
        rejected.inc({ reason: change })
        return false
      }
      sequences.set(envelope.sender, envelope.sequence)
      for (const listener of listeners) {
        listener({ nodeId: envelope.sender, presence, envelope, change })
      }
      return true
    }
    const handler = createGossipHandler<Presence>({
      networkId: init.networkId,
      family: 'presence',
      verifier,
      nowMs: () => clock.now(),
      decode: decodePresence,
      onInvalid: (_error, verdict) => rejected.inc({ reason: verdict === 'reject' ? 'invalid' : 'expired' }),
      async handle(presence, envelope) {
        if (!(await isBound(presence, envelope))) {
          rejected.inc({ reason: 'binding' })
          return 'reject'
        }
        return take(presence, envelope) ? 'accept' : 'ignore'
      }
    })
    const announcer = createAnnouncer(init, {
      network,
      publisher: components.publisher,
      signer,
      clock,
      logger,
      describe: components.describe,
      onAnnounced: take
    })
    return {
      directory,
      announce: () => announcer.announce(),
      onPresence(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      async start() {
        if (cancelSweep !== undefined) {
          return
        }
        cancelSweep = clock.every(init.leaseMs, () => {
          directory.sweep(clock.now())
          liveNodes.set(directory.live(clock.now()).length)
        })
        if (init.subscribe !== false) {
          unsubscribe = await network.subscribe(topicName(init.networkId, 'presence'), handler)
        }
        await announcer.start()
      },
      async stop() {
        cancelSweep?.()
        cancelSweep = undefined
        await announcer.stop()
        await unsubscribe?.()
        unsubscribe = undefined
      }
    }
  }
}
