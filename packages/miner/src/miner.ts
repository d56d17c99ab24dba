import type { CommittedEpoch, ModelId, Startable } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { ModelOffer } from '@cortensor/protocols'
import {
  AUDIT_LIMITS,
  createGossipHandler,
  decodeQuizMessage,
  INFER_LIMITS,
  streamProtocol,
  topicName
} from '@cortensor/protocols'
import { isAnswerer } from '@cortensor/scoring'
import { createDeferred, type Deferred, within } from '@cortensor/utils'
import { type Announcer, createAnnouncer } from './announcer.js'
import { createAuditor } from './audit/auditor.js'
import type { MinerComponents } from './components.js'
import { createAuditHandler } from './handlers/audit.js'
import { createInferHandler } from './handlers/infer.js'
import { createRoundHandler } from './handlers/round.js'
import { createMinerMetrics } from './metrics.js'
import type { MinerInit } from './options.js'
import { createAuthor } from './quiz/author.js'
import { loadDuties as loadOwnDuties } from './quiz/duties.js'
import { followEpochs } from './quiz/follow-epochs.js'
import { createJudge } from './quiz/judge.js'
import { createOwnAbility, createOwnPlants } from './quiz/own-ability.js'
import { type OpenedRound, playRound } from './quiz/play-round.js'
import { createSpeedMeter } from './speed-meter.js'

/** What a miner adds to its node's presence. */
export interface MinerOffer {
  models: ModelOffer[]
  fingerprint: string
  freeSlots: number
  totalSlots: number
  queueLength: number
}

/** One is open at a time; the next may begin while the answers to the last one are revealed. A leader that opens more is faulty. */
const MAX_OPEN_ROUNDS = 2

export interface Miner extends Startable {
  /** What it can do right now. */
  describe(): Promise<MinerOffer>
}

/** A miner computes user tasks, and plays the quiz when nobody pays. */
export function miner(init: MinerInit): (components: MinerComponents) => Miner {
  return (components) => {
    const { chain, clock, engine, loadDuties = loadOwnDuties, network, store, verifier } = components
    const { networkId, params } = init
    const logger = components.logger.child({ role: 'miner' })
    const metrics = createMinerMetrics(components.metrics)
    const speed = createSpeedMeter()
    const ownAbility = createOwnAbility({ store: components.store, self: components.signer.nodeId })
    const ownPlants = createOwnPlants({ store: components.store, self: components.signer.nodeId }, params.audit)
    let activeTasks = 0
    const idle = new Set<Deferred<void> & { tasks: number }>()
    let openRounds = 0
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
      for (const waiting of [...idle].filter(({ tasks }) => activeTasks <= tasks)) {
        waiting.resolve()
      }
    }
    const isIdle = (): boolean => activeTasks === 0
    const untilIdle = async (signal: AbortSignal, tasks = 0): Promise<void> => {
      while (activeTasks > tasks && !signal.aborted) {
        // Everybody waits for himself: one that gives up must not wake the others.
        const waiting = { ...createDeferred<void>(), tasks }
        const onAbort = (): void => waiting.resolve()
        idle.add(waiting)
        signal.addEventListener('abort', onAbort, { once: true })
        await waiting.promise
        signal.removeEventListener('abort', onAbort)
        idle.delete(waiting)
      }
      signal.throwIfAborted()
    }
    const primaryModel = async (): Promise<ModelId | undefined> =>
      (await engine.models()).find((model) => model.kind === 'chat')?.id

    const play = async (round: OpenedRound, announcer: Announcer, signal: AbortSignal): Promise<void> => {
      openRounds += 1
      try {
        const model = await primaryModel()
        if (model !== undefined) {
          await playRound(
            round,
            model,
            { ...init, components, metrics, speed, untilIdle, announcer, ownAbility, ownPlants },
            signal
          )
        }
      } finally {
        openRounds -= 1
      }
    }
    const onRound = (announcer: Announcer, round: OpenedRound): void => {
      if (controller === undefined) {
        return
      }
      if (!isAnswerer(round.round, components.signer.nodeId, params)) {
        metrics.rounds.inc({ outcome: 'not_drawn' })
        return
      }
      if (openRounds >= MAX_OPEN_ROUNDS) {
        metrics.rounds.inc({ outcome: 'refused' })
        return
      }
      track(play(round, announcer, controller.signal))
    }
    const { authorSeats, judgeSeats, trialSeats } = params.quiz
    const followDuties = async (
      players: readonly { onEpoch: ReturnType<typeof createJudge>['onEpoch'] }[],
      signal: AbortSignal
    ): Promise<void> => {
      const onEpoch = (commit: CommittedEpoch): void => {
        const duties = within(clock, params.deadlines.quizCreateMs, signal, (limited) =>
          loadDuties({ chain, store }, commit, limited)
        )
        // Each player says for itself what a report that cannot be read is to it.
        duties.catch(() => {})
        for (const player of players) {
          player.onEpoch(commit, duties, signal)
        }
      }
      if (authorSeats + judgeSeats + trialSeats > 0) {
        await followEpochs({ chain, clock, logger, onEpoch }, signal)
      }
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
        const { signal } = controller
        const announcer = createAnnouncer({ ...components, logger, metrics, isIdle, untilIdle })
        track(announcer.run(signal))
        const audited = { ...init, components: { ...components, logger }, metrics, isIdle, untilIdle, track }
        const auditor = createAuditor(audited)
        track(auditor.run(signal))
        const quizzed = { ...init, components: { ...components, logger }, metrics, untilIdle, primaryModel, announcer, track }
        const author = createAuthor(quizzed)
        const judge = createJudge(quizzed)
        track(followDuties([author, judge], signal))
        removals.push(
          await network.handle(streamProtocol(networkId, 'audit'), createAuditHandler(components, auditor), {
            maxRequestBytes: AUDIT_LIMITS.maxRequestBytes,
            maxResponseBytes: AUDIT_LIMITS.maxFrameBytes,
            maxStreamsPerPeer: AUDIT_LIMITS.maxStreamsPerPeer,
            maxStreams: AUDIT_LIMITS.maxStreams,
            serves: auditor.isDrawn
          })
        )
        const infer = createInferHandler({ ...init, components, metrics, speed, onActive, track, announcer })
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
          verifier,
          nowMs: () => clock.now(),
          params,
          onRound: (round, roundId, base) => onRound(announcer, { round, roundId, base }),
          onWritten: (message, envelope) => author.hear(message, envelope, signal)
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
