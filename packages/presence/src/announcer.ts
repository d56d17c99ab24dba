import type { Address, Cancel, Clock, Logger, Network, Role, Signer, Startable } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Binding, ModelOffer, OpenedEnvelope, Presence, Publisher } from '@cortensor/protocols'
import { createBinding, encodePresence } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'

/** What a role adds to its node's presence. */
export interface PresenceDetails {
  models: ModelOffer[]
  fingerprint: string
  freeSlots: number
  totalSlots: number
  queueLength: number
}

export interface AnnouncerInit {
  chainId: number
  registry: Address
  roles: Role[]
  /** Name and version of the program. */
  agent: string
  intervalMs: number
  leaseMs: number
}

export interface AnnouncerComponents {
  network: Network
  publisher: Publisher
  signer: Signer
  clock: Clock
  logger: Logger
  /** Asked before every announcement. */
  describe?: (() => Promise<PresenceDetails>) | undefined
  /** Own announcements do not come back from the mesh; they are handed over here. */
  onAnnounced: (presence: Presence, envelope: OpenedEnvelope) => void
}

const NO_DETAILS: PresenceDetails = { models: [], fingerprint: '', freeSlots: 0, totalSlots: 0, queueLength: 0 }

/**
 * Says that this node lives, once in every presence slot. Slots are counted from the Unix epoch; each node has its own place inside
 * them, drawn from its id, so that announcements neither drift out of their slot nor come all at once.
 */
export function createAnnouncer(init: AnnouncerInit, components: AnnouncerComponents): Startable & { announce(): Promise<void> } {
  const { clock, logger, network, publisher, signer } = components
  const placeMs = Math.round((0.1 + 0.6 * createSeededRng(signer.nodeId).next()) * init.intervalMs)
  let binding: Binding | undefined
  let generation = 0
  let slot = -1
  let cancel: Cancel | undefined
  let running: Promise<void> = Promise.resolve()

  const announce = async (): Promise<void> => {
    binding ??= await createBinding(signer, { chainId: init.chainId, registry: init.registry })
    const details = (await components.describe?.()) ?? NO_DETAILS
    const addresses = network.multiaddrs().slice(0, 8)
    const presence: Presence = { generation, roles: init.roles, binding, addresses, agent: init.agent, ...details }
    const envelope = await publisher.publish('presence', encodePresence(presence), init.leaseMs)
    components.onAnnounced(presence, envelope)
  }
  const announceSafely = (): void => {
    running = running.then(announce).catch((error: unknown) => {
      logger.warn('This node could not announce itself', { error: errorMessage(error) })
    })
  }
  const schedule = (): void => {
    const now = clock.now()
    const current = Math.floor(now / init.intervalMs)
    const next = now < current * init.intervalMs + placeMs ? current : current + 1
    // Timers may fire a little early; the slot that was just announced is not announced again.
    slot = next === slot ? next + 1 : next
    cancel = clock.after(slot * init.intervalMs + placeMs - now, () => {
      announceSafely()
      schedule()
    })
  }
  return {
    announce() {
      announceSafely()
      return running
    },
    async start() {
      if (cancel === undefined) {
        generation = clock.now()
        announceSafely()
        schedule()
      }
    },
    async stop() {
      cancel?.()
      cancel = undefined
      await running
    }
  }
}
