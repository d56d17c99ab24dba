import type {
  CommittedEpoch,
  Gateway,
  GatewayModel,
  ModelId,
  NodeId,
  ReceiptOptions,
  Startable,
  TaskId,
  TaskReceipt
} from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { AUDIT_LIMITS, streamProtocol, taskSalt } from '@cortensor/protocols'
import { createRatings, offeredModels } from '@cortensor/scheduler'
import { LruMap } from '@cortensor/utils'
import { createAuditKeys } from './audit-keys.js'
import type { RouterComponents } from './components.js'
import { followEpochs } from './epoch-follower.js'
import { createRouterMetrics } from './metrics.js'
import type { RouterInit } from './options.js'
import { createPrices } from './prices.js'
import { chanceOf } from './probes/probe.js'
import { createProber, type Prober, type ProberInit } from './probes/prober.js'
import { ratingsOf } from './ratings-of.js'
import { createReceiptFiles } from './receipt-file.js'
import { createReceipts } from './receipts.js'
import { createReservations } from './sessions/reservations.js'
import { createSessionBook } from './sessions/session-book.js'
import { createStakes } from './sessions/stakes.js'
import { createCapacity } from './task/capacity.js'
import { type CompleteContext, complete } from './task/complete.js'
import { createHedgeBudget } from './task/hedge-budget.js'

/** Models whose names are remembered when nobody offers them any more: far more than one network has at a time. */
const REMEMBERED_MODELS = 10_000

/** While nothing is heard that changes anything, those that wait for a miner look so often whether time has. In ms. */
const LOOK_EVERY_MS = 1_000

export interface Router extends Startable, Gateway {}

/** A router takes requests from outside, gives them to miners, and hands their tokens back. It is the `Gateway` of its HTTP surface. */
export function router(init: RouterInit): (components: RouterComponents) => Router {
  return (components) => {
    const { clock, keyValue, network, presence, signer } = components
    const logger = components.logger.child({ role: 'router' })
    const metrics = createRouterMetrics(components.metrics)
    const capacity = createCapacity(clock)
    const receipts = createReceipts(keyValue)
    const files = createReceiptFiles({ chain: components.chain, store: components.store, signer, clock })
    const ratings = createRatings()
    const served = [...(init.session === undefined ? [] : [init.session]), ...(init.otherSessions ?? [])]
    const book = createSessionBook({
      ...{ chain: components.chain, clock, keyValue, logger, self: signer.nodeId },
      served: [...new Set(served)]
    })
    const { directory } = presence
    const prices = createPrices({
      ...{ keyValue, logger },
      offered: () => directory.models(clock.now()),
      offerings: (id) => directory.offerings([id], clock.now()),
      leastAsked: (id) => directory.model(id, clock.now())?.leastPriceMicroPerKilotoken ?? 0
    })
    const maxActive = init.maxActiveTasks ?? 1_024
    const firstSeen = new LruMap<ModelId, number>(REMEMBERED_MODELS)
    const knownModels = new LruMap<string, true>(REMEMBERED_MODELS)
    const counts = { active: 0, completed: 0, failed: 0 }
    let epoch: { commit: CommittedEpoch; nextLeader: NodeId } | null = null
    let controller: AbortController | undefined
    let following: Promise<unknown> | undefined
    let removeHandler: (() => Promise<void>) | undefined
    let removeListener: (() => void) | undefined
    let lookedMs = 0

    const liveModels = (): GatewayModel[] =>
      offeredModels(directory.models(clock.now()), (id) => ({
        firstSeenMs: firstSeen.get(id) ?? clock.now(),
        ...prices.of(id)
      }))
    const keepReceipt: CompleteContext['onCompleted'] = async ({ cid, nonce, taskId, usage }, miner, model, more) => {
      const { caller, payment, privacy } = more
      const kept = privacy === 'private' ? { nonce, caller } : null
      try {
        await receipts.add({ taskId, status: 'pending', model: model.id, miner, cid, usage, epoch: null, payment, privacy, kept })
      } catch (error) {
        // The client has its answer all the same.
        logger.error('A receipt could not be written', { taskId, error: errorMessage(error) })
      }
    }
    const context: CompleteContext = {
      init,
      components: { ...components, logger },
      metrics,
      capacity,
      ratings,
      book,
      isKnownModel: (wanted) => knownModels.has(wanted),
      reservations: createReservations(clock),
      stakes: createStakes({ chain: components.chain, clock, logger }),
      hedges: createHedgeBudget(),
      basePrice: (id) => prices.of(id).priceMicroPerKilotoken,
      offered: liveModels,
      async onCompleted(outcome, miner, model, more) {
        await keepReceipt(outcome, miner, model, more)
        init.onTask?.({ taskId: outcome.taskId, status: 'completed', miners: [miner], cid: outcome.cid })
      },
      onOver(taskId: TaskId, status, miners) {
        init.onTask?.({ taskId, status, miners, cid: null })
      },
      async onCompared(taskId, agreement) {
        metrics.agreements.inc({ verdict: agreement.verdict })
        try {
          await receipts.compare(taskId, agreement)
        } catch (error) {
          logger.error('What was compared could not be written', { taskId, error: errorMessage(error) })
        }
      }
    }
    const onProbe: ProberInit['onAnswer'] = ({ isRight, item, miner, model }) => {
      const { mean } = ratings.ability(miner, model, item.category)
      const expected = chanceOf(item, mean)
      metrics.probes.inc({ outcome: isRight ? 'right' : 'wrong' })
      ratings.observe({ type: 'probed', nodeId: miner, isRight, expected }, clock.now())
    }
    /** With the key, for who asked. */
    const receiptFor = async (taskId: TaskId, caller: ReceiptOptions['caller']): Promise<TaskReceipt | null> => {
      const known = await receipts.get(taskId)
      if (known === null) {
        return null
      }
      const { kept, ...receipt } = known
      const isTheirs = kept !== null && kept.caller !== null && kept.caller === caller
      return { ...receipt, key: isTheirs ? await taskSalt(signer, kept.nonce) : null }
    }
    const auditKeys = createAuditKeys(init, { ...components, logger })
    let prober: Prober | undefined
    return {
      async start() {
        if (controller !== undefined) {
          return
        }
        controller = new AbortController()
        await Promise.all([book.load(), prices.load()])
        prober = createProber({
          ...{ clock, logger, share: init.probeShare ?? 0, onAnswer: onProbe, rng: components.rng.fork('probes') },
          // As any other request, but that nobody is told of it here.
          ask: (request, signal) => complete(request, { ...context, onCompleted: keepReceipt, onOver: () => {} }, signal)
        })
        removeListener = presence.onPresence((event) => {
          for (const offer of event.presence.models) {
            firstSeen.set(offer.id, firstSeen.get(offer.id) ?? clock.now())
            knownModels.set(offer.name, true)
            knownModels.set(offer.id, true)
          }
          // Who says the same again has become no freer; but pauses and reservations end by themselves.
          if (event.change !== 'renewed' || clock.now() - lookedMs >= LOOK_EVERY_MS) {
            lookedMs = clock.now()
            capacity.look(event.presence.models.map(({ id }) => id))
          }
        })
        removeHandler = await network.handle(streamProtocol(init.networkId, 'audit'), auditKeys.handler, {
          maxRequestBytes: AUDIT_LIMITS.maxRequestBytes,
          maxStreamsPerPeer: AUDIT_LIMITS.maxStreamsPerPeer,
          maxStreams: AUDIT_LIMITS.maxStreams,
          serves: auditKeys.isDrawn
        })
        const serving = auditKeys.run(controller.signal)
        const epochs = followEpochs(
          {
            chain: components.chain,
            store: components.store,
            clock,
            logger,
            confirmationDepth: init.params.epoch.confirmationDepth,
            onEpoch: (commit, nextLeader) => {
              epoch = { commit, nextLeader }
            },
            async onReport(report) {
              ratings.setRatings(ratingsOf(report))
              await prices.onReport(report)
              await receipts.settle(report)
              const tasks = new Set(report.results.map(({ taskId }) => taskId))
              const spent = new Map(report.settlements.map((settlement) => [settlement.session, settlement.spent]))
              await book.onReport({ cutoffMs: report.cutoffMs, tasks, spent })
            }
          },
          controller.signal
        )
        following = Promise.all([epochs, serving])
      },
      async stop() {
        controller?.abort()
        controller = undefined
        removeListener?.()
        await removeHandler?.()
        removeHandler = undefined
        await prober?.stop()
        await following
      },
      models: async () => liveModels(),
      async receipt(taskId, options) {
        const receipt = await receiptFor(taskId, options?.caller)
        const payment = receipt?.payment ?? null
        const isSettled = payment?.state === 'charged' && (await book.hasPaid(payment.session, await receipts.spentWith(taskId)))
        return receipt !== null && payment !== null && isSettled
          ? { ...receipt, payment: { ...payment, state: 'settled' } }
          : receipt
      },
      async receiptFile(taskId, options) {
        const receipt = await receiptFor(taskId, options?.caller)
        return receipt === null ? null : files.create(receipt)
      },
      async *complete(request, options) {
        const stopped = controller?.signal
        if (stopped === undefined) {
          yield { type: 'failed', taskId: null, failure: 'not_ready', message: 'The router is not running' }
          return
        }
        if (counts.active >= maxActive) {
          yield {
            type: 'failed',
            taskId: null,
            failure: 'no_miner',
            message: 'This router has as many requests as it can take; try again in a moment'
          }
          return
        }
        prober?.onRequest(request)
        // Aborted when the consumer leaves early, too, so that the miner stops at once.
        const left = new AbortController()
        const signals = [stopped, left.signal, ...(options?.signal === undefined ? [] : [options.signal])]
        let outcome = 'cancelled'
        metrics.active.set(++counts.active)
        try {
          for await (const event of complete(request, context, AbortSignal.any(signals))) {
            outcome = event.type === 'end' ? 'completed' : event.type === 'failed' ? event.failure : outcome
            yield event
          }
        } catch (error) {
          if (!stopped.aborted || options?.signal?.aborted === true) {
            throw error
          }
          yield { type: 'failed', taskId: null, failure: 'not_ready', message: 'The router was stopped; send the request again' }
        } finally {
          left.abort()
          metrics.active.set(--counts.active)
          metrics.tasks.inc({ outcome })
          counts.completed += outcome === 'completed' ? 1 : 0
          counts.failed += outcome === 'completed' || outcome === 'cancelled' ? 0 : 1
        }
      },
      async status() {
        const now = clock.now()
        const live = directory.live(now)
        const last = epoch?.commit ?? null
        return {
          ready: live.some((node) => node.presence.roles.includes('miner')),
          networkId: init.networkId,
          nodeId: signer.nodeId,
          peers: network.peers().length,
          nodes: live.map((node) => ({
            nodeId: node.nodeId,
            roles: node.presence.roles,
            operator: node.operator,
            models: node.presence.models.map((offer) => offer.name),
            leaseMs: node.leaseEndsMs - now,
            freeSlots: node.presence.freeSlots,
            queueLength: node.presence.queueLength,
            agent: node.presence.agent
          })),
          tasks: { ...counts },
          sessions: await book.status(),
          epoch: {
            last: last?.epoch ?? null,
            lastCommitMs: last?.block.timestampMs ?? null,
            lastTransaction: last?.transactionHash ?? null,
            nextLeader: epoch?.nextLeader ?? null
          }
        }
      }
    }
  }
}
