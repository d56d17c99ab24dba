import type { GossipHandler, GossipVerdict, Logger, Network, NetworkId, Signer, Verifier } from '@cortensor/interface'
import { deepFreeze } from '@cortensor/utils'
import { envelopeId, openEnvelope, sealEnvelope } from './envelope.js'
import { verdictOf } from './errors.js'
import { TOPIC_LIMITS } from './limits.js'
import { topicName } from './topics.js'
import type { OpenedEnvelope, TopicFamily } from './types.js'

export interface GossipHandlerInit<T> {
  networkId: NetworkId
  family: TopicFamily
  verifier: Verifier
  nowMs: () => number
  decode: (payload: Uint8Array) => T
  /** The state checks of a role; what it starts must not be awaited. */
  handle: (message: T, envelope: OpenedEnvelope) => GossipVerdict | Promise<GossipVerdict>
  /** Told of everything that was not accepted because it could not be opened or decoded. */
  onInvalid?: (error: unknown, verdict: GossipVerdict) => void
}

/** What receivers that share an opened envelope share of its content, too; frozen, because it is everybody's. Throws what `decode` throws. */
export function decodeOnce<T>({ decode, verifier }: Pick<GossipHandlerInit<T>, 'decode' | 'verifier'>, payload: Uint8Array): T {
  const known = verifier.opened?.get(payload) as { message: T; decode: unknown } | undefined
  if (known?.decode === decode) {
    return known.message
  }
  const message = decode(payload)
  verifier.opened?.set(payload, { message: deepFreeze(message), decode })
  return message
}

/** Opens, checks and decodes a message before a role sees it, so that every network adapter runs the same checks. */
export function createGossipHandler<T>(init: GossipHandlerInit<T>): GossipHandler {
  const { networkId, family, verifier } = init
  return async (data) => {
    try {
      const envelope = await openEnvelope(data, { networkId, family, verifier, nowMs: init.nowMs() })
      return await init.handle(decodeOnce(init, envelope.payload), envelope)
    } catch (error) {
      const verdict = verdictOf(error)
      init.onInvalid?.(error, verdict)
      return verdict
    }
  }
}

/** Of a topic's longest lifetime: the rest is for receivers whose clocks are behind. */
const LIFETIME_SHARE = 0.9

export interface PublisherInit {
  network: Network
  signer: Signer
  networkId: NetworkId
  /** Rises with every call. */
  sequence: () => number
  nowMs: () => number
  logger: Logger
}

export interface Publisher {
  /** Signs a message that is broadcast later, or by somebody else. */
  seal(family: TopicFamily, payload: Uint8Array, lifetimeMs: number): Promise<OpenedEnvelope>
  /** Signs and broadcasts; returns what others will see, so that the sender can take it as its own message too. */
  publish(family: TopicFamily, payload: Uint8Array, lifetimeMs: number): Promise<OpenedEnvelope>
  /** Broadcasts an envelope as it is. */
  broadcast(envelope: OpenedEnvelope): Promise<void>
}

export function createPublisher(init: PublisherInit): Publisher {
  const seal: Publisher['seal'] = async (family, payload, lifetimeMs) => {
    const sequence = init.sequence()
    const expiryMs = init.nowMs() + Math.min(lifetimeMs, TOPIC_LIMITS[family].maxLifetimeMs * LIFETIME_SHARE)
    const bytes = await sealEnvelope(init.signer, { networkId: init.networkId, family, sequence, expiryMs, payload })
    return { id: envelopeId(bytes), family, sender: init.signer.nodeId, sequence, expiryMs, payload, bytes }
  }
  const broadcast: Publisher['broadcast'] = async ({ bytes, family }) => {
    try {
      await init.network.publish(topicName(init.networkId, family), bytes)
    } catch (error) {
      init.logger.warn('A message could not be broadcast', { family, error })
    }
  }
  return {
    seal,
    broadcast,
    async publish(family, payload, lifetimeMs) {
      const envelope = await seal(family, payload, lifetimeMs)
      await broadcast(envelope)
      return envelope
    }
  }
}
