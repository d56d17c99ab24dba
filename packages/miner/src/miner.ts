import type { ModelId, RoundId, Startable } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { ModelOffer, RoundOpen } from '@cortensor/protocols'
import { createGossipHandler, decodeQuizMessage, INFER_LIMITS, streamProtocol, topicName } from '@cortensor/protocols'
import { createDeferred, type Deferred } from '@cortensor/utils'
import type { MinerComponents } from './components.js'
import { createInferHandler } from './handlers/infer.js'
import { createRoundHandler } from './handlers/round.js'
import { createMinerMetrics } from './metrics.js'
import type { MinerInit } from './options.js'
import { playRound } from './quiz/play-round.js'
import { createSpeedMeter } from './speed-meter.js'

/** What a miner adds to its node's presence. */
export interface MinerOffer {
  models: ModelOffer[]
  fingerprint: string
  freeSlots: number
  totalSlots: number
  queueLength: number
}

export interface Miner extends Startable {
  /** What it can do right now. */
  describe(): Promise<MinerOffer>
}

/** A miner computes user tasks, and plays the quiz when nobody pays. */
export function miner(init: MinerInit): (components: MinerComponents) => Miner {
  return (components) => {
    const { chain, clock, engine, network, verifier } = components
    const { networkId, params } = init
    const logger = components.logger.child({ role: 'miner' })
    const metrics = createMinerMetrics(components.metrics)
    const speed = createSpeedMeter()
    let activeTasks = 0
    let idle: Deferred<void> | undefined
    let controller: AbortController | undefined
    let removals: (() => Promise<void>)[] = []
    const running = new Set<Promise<void>>()
    const track = (work: Promise<unknown>): void => {
      const tracked: Promise<void> = work
        .then(() => undefined)
        .catch((error: unknown) => {
          if (controller?.signal.aborted === false) {
            logger.warn('Work in the background failed', { error: errorMessage(error) })
          }
        })
        .finally(() => running.delete(tracked))
      running.add(tracked)
    }
    const onActive = (change: 1 | -1): void => {
      activeTasks += change
      metrics.activeTasks.set(activeTasks)
      if (activeTasks === 0) {
        idle?.resolve()
        idle = undefined
      }
    }
    const untilIdle = async (signal: AbortSignal): Promise<void> => {
      while (activeTasks > 0 && !signal.aborted) {
        idle ??= createDeferred()
        const waiting = idle
        const onAbort = (): void => waiting.resolve()
        signal.addEventListener('abort', onAbort, { once: true })
        await waiting.promise
        signal.removeEventListener('abort', onAbort)
      }
      signal.throwIfAborted()
    }
    const primaryModel = async (): Promise<ModelId | undefined> =>
      (await engine.models()).find((model) => model.kind === 'chat')?.id

    const onRound = (round: RoundOpen, roundId: RoundId): void => {
      const signal = controller?.signal
      if (signal === undefined) {
        return
      }
      track(
        primaryModel().then((model) =>
          model === undefined
            ? undefined
            : playRound(round, roundId, model, { ...init, components, metrics, speed, untilIdle, track }, signal)
        )
      )
    }
    return {
      async describe() {
        const [models, status] = await Promise.all([engine.models(), engine.status()])
        const offers = models.map((model) => ({
          id: model.id,
          name: model.name,
          kind: model.kind,
          quantisation: model.quantisation,
          contextLength: model.contextLength,
          decodeTokensPerSecond: speed.decodeTokensPerSecond(model.id),
          prefillTokensPerSecond: speed.prefillTokensPerSecond(model.id),
          priceMicroPerKilotoken: init.priceMicroPerKilotoken ?? 0
        }))
        const { fingerprint, freeSlots, queueLength, totalSlots } = status
        return { models: offers, fingerprint, freeSlots, queueLength, totalSlots }
      },
      async start() {
        if (controller !== undefined) {
          return
        }
        controller = new AbortController()
        const infer = createInferHandler({ ...init, components, metrics, speed, onActive, track, stopping: controller.signal })
        removals.push(
          await network.handle(streamProtocol(networkId, 'infer'), infer, {
            maxRequestBytes: INFER_LIMITS.maxRequestBytes,
            maxResponseBytes: INFER_LIMITS.maxFrameBytes,
            // A router sends many tasks over one connection; the engine's queue is the real bound.
            maxStreamsPerPeer: 64
          })
        )
        const handle = createRoundHandler({
          networkId,
          chain,
          nowMs: () => clock.now(),
          quizPrecommitMs: params.deadlines.quizPrecommitMs,
          onRound
        })
        const quiz = createGossipHandler({
          networkId,
          family: 'quiz',
          verifier,
          nowMs: () => clock.now(),
          decode: decodeQuizMessage,
          handle,
          onInvalid: (_error, reason) => metrics.rejected.inc({ family: 'quiz', reason })
        })
        removals.push(await network.subscribe(topicName(networkId, 'quiz'), quiz))
      },
      async stop() {
        controller?.abort()
        controller = undefined
        await Promise.all(removals.map((remove) => remove()))
        removals = []
        await Promise.all(running)
      }
    }
  }
}
