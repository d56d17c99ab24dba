import { type GossipSub, type GossipsubMessage, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { errorMessage, type GossipHandler, type GossipVerdict, type Logger, type NodeId } from '@cortensor/interface'
import { networkError, notStarted } from '../errors.js'
import type { NetworkMetrics } from '../metrics.js'
import type { TopicInit } from '../options.js'
import { createValidationQueue, type ValidationQueue } from './validation-queue.js'

/** Signature checks take well under a millisecond, so more at a time would only hold more memory. */
const VALIDATION_CONCURRENCY = 32

/** A second of full load (about 3,000 deliveries) would leave gossipsub's message cache before its turn; a quarter does not. */
const VALIDATION_LIMIT = 768

const RESULTS: Readonly<Record<GossipVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}

/** What the published class does beyond its published interface. */
export interface GossipRouter extends GossipSub {
  reportMessageValidationResult(messageId: string, source: string, result: TopicValidatorResult): void
  getScore(peer: string): number
  getMeshPeers(topic: string): string[]
  /** By peer. */
  readonly streamsOutbound: ReadonlyMap<string, unknown>
}

export interface Gossip {
  publish(topic: string, data: Uint8Array): Promise<void>
  subscribe(topic: string, handler: GossipHandler): () => void
  attach(router: GossipRouter): void
  /** Resolves when no handler is running. */
  detach(): Promise<void>
  /** Called for every copy of every message, before anything else. Throwing costs the forwarding peer score. */
  checkSize(topic: string, data: Uint8Array): Uint8Array
}

export interface GossipInit {
  topics: readonly TopicInit[]
  logger: Logger | undefined
  metrics: NetworkMetrics
}

/** Topics, their handlers and their validation; outlives the router it is attached to. */
export function createGossip(init: GossipInit): Gossip {
  const limits = new Map(init.topics.map((topic) => [topic.name, topic.maxBytes]))
  const handlers = new Map<string, { handler: GossipHandler }>()
  const queues = new Map<string, ValidationQueue>()
  let router: GossipRouter | undefined

  const limitOf = (topic: string): number => {
    const maxBytes = limits.get(topic)
    if (maxBytes === undefined) {
      throw networkError(
        'NETWORK_TOPIC_NOT_ALLOWED',
        `Topic ${topic.slice(0, 128)} is not one of this network; name it in topics`
      )
    }
    return maxBytes
  }
  const judge = async (handler: GossipHandler, topic: string, data: Uint8Array, from: NodeId): Promise<GossipVerdict> => {
    try {
      const verdict = await handler(data, from)
      init.metrics.gossip(topic, verdict === 'accept' ? 'accepted' : verdict === 'reject' ? 'rejected' : 'ignored')
      return verdict
    } catch (error) {
      // A fault of ours must cost the sender nothing.
      init.metrics.gossip(topic, 'failed')
      init.logger?.error('Gossip handler failed', { topic, error: errorMessage(error) })
      return 'ignore'
    }
  }
  const onMessage = (event: CustomEvent<GossipsubMessage>): void => {
    const { propagationSource, msgId, msg } = event.detail
    const handler = handlers.get(msg.topic)?.handler
    const current = router
    if (current === undefined) {
      return
    }
    const from = propagationSource.toString() as NodeId
    const report = (verdict: GossipVerdict): void => {
      if (router === current) {
        current.reportMessageValidationResult(msgId, from, RESULTS[verdict])
      }
    }
    if (handler === undefined) {
      report('ignore')
      return
    }
    // One queue a topic, so that a flood in one cannot starve the others.
    const queue = queues.get(msg.topic) ?? createValidationQueue({ concurrency: VALIDATION_CONCURRENCY, limit: VALIDATION_LIMIT })
    queues.set(msg.topic, queue)
    if (!queue.push(async () => report(await judge(handler, msg.topic, msg.data, from)))) {
      init.metrics.gossip(msg.topic, 'dropped')
      report('ignore')
    }
  }

  return {
    async publish(topic, data) {
      const maxBytes = limitOf(topic)
      if (data.byteLength > maxBytes) {
        throw networkError(
          'NETWORK_MESSAGE_TOO_LARGE',
          `A message of ${topic} has at most ${maxBytes} bytes, got ${data.byteLength}`
        )
      }
      if (router === undefined) {
        throw notStarted()
      }
      await router.publish(topic, data)
      init.metrics.published(topic)
    },
    subscribe(topic, handler) {
      limitOf(topic)
      if (handlers.has(topic)) {
        throw networkError('NETWORK_ALREADY_HANDLED', `Topic ${topic} has a handler; unsubscribe it first`)
      }
      const entry = { handler }
      handlers.set(topic, entry)
      router?.subscribe(topic)
      return () => {
        if (handlers.get(topic) === entry) {
          handlers.delete(topic)
          router?.unsubscribe(topic)
        }
      }
    },
    attach(next) {
      router = next
      router.addEventListener('gossipsub:message', onMessage)
      for (const topic of handlers.keys()) {
        router.subscribe(topic)
      }
    },
    async detach() {
      router?.removeEventListener('gossipsub:message', onMessage)
      router = undefined
      await Promise.all([...queues.values()].map((queue) => queue.drain()))
    },
    checkSize(topic, data) {
      const maxBytes = limits.get(topic) ?? 0
      if (data.byteLength > maxBytes) {
        init.metrics.gossip(topic, 'oversize')
        throw networkError(
          'NETWORK_MESSAGE_TOO_LARGE',
          `A message of ${topic} has at most ${maxBytes} bytes, got ${data.byteLength}`
        )
      }
      return data
    }
  }
}
