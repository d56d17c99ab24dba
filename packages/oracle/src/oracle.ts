import { attestationDigest } from '@cortensor/contracts'
import type { CommittedEpoch, GossipHandler, NodeId, Startable } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { OpenedEnvelope, Report, TopicFamily } from '@cortensor/protocols'
import {
  createGossipHandler,
  decodeOracleMessage,
  decodeQuizMessage,
  decodeResultMessage,
  decodeTaskHeader,
  encodeQuizMessage,
  instanceKey,
  topicName,
  turnOf
} from '@cortensor/protocols'
import type { PresenceEvent } from '@cortensor/scheduler'
import { createRepeatingTask, keepRunning } from '@cortensor/utils'
import { createAccuser } from './accuser.js'
import { createAgreementDriver } from './agreement/driver.js'
import type { OracleComponents } from './components.js'
import { createEvidence } from './evidence/evidence.js'
import { createEvidencePool } from './evidence/pool.js'
import { createRegistryView } from './evidence/registry-view.js'
import { createTwinWatch } from './evidence/twin-watch.js'
import { createUptimeMeter } from './evidence/uptime-meter.js'
import { createOracleHandler } from './handlers/oracle.js'
import { createQuizHandler } from './handlers/quiz.js'
import { createResultHandler } from './handlers/result.js'
import { createTaskHandler } from './handlers/task.js'
import { type Head, leaderAt } from './head.js'
import { requireMember } from './membership.js'
import { createOracleMetrics } from './metrics.js'
import type { OracleInit } from './options.js'
import { createPunisher } from './punisher.js'
import { createAuthoringDesk } from './quiz/authoring-desk.js'
import { createRoundOpener } from './quiz/round-opener.js'
import { createRoundRequests } from './quiz/round-requests.js'
import { createSigningRecord } from './record/signing-record.js'
import { createHeadLoader } from './report/head-loader.js'
import { createReportDesk } from './report/report-desk.js'
import { createSettler } from './settler.js'
import { createTransmitter } from './transmitter.js'

export interface OracleEvents {
  /** The chain has a new last commit, and its report is here. */
  onEpoch?: (commit: CommittedEpoch, report: Report, leader: NodeId) => void
}

export interface Oracle extends Startable {
  /** The epoch that is worked on, its view, and who leads it; null before the chain was read. */
  status(): { epoch: number; view: number; leader: string } | null
}

/** An oracle gathers the signed messages of the mesh, agrees with the others on each epoch's report, and takes turns to lead. */
export function oracle(init: OracleInit & OracleEvents): (components: OracleComponents) => Oracle {
  return (components) => {
    const { chain, clock, keyValue, network, presence, publisher, signer, store, verifier } = components
    const { networkId, params } = init
    const logger = components.logger.child({ role: 'oracle' })
    const metrics = createOracleMetrics(components.metrics)
    const { deadlines, epoch: epochParams } = params
    const registry = createRegistryView()
    const pool = createEvidencePool({
      registry,
      itemTtlMs: epochParams.itemTtlMs,
      maxResults: epochParams.maxResults,
      timing: params
    })
    const evidence = createEvidence({ ...init, pool, keyValue, clock, verifier })
    const meter = createUptimeMeter(deadlines.presenceIntervalMs, registry.has)
    const opener = createRoundOpener({ chain, params })
    const authoring = createAuthoringDesk({ nowMs: () => clock.now(), params })
    const transmitter = createTransmitter({ chain, clock, logger, metrics, transmitDelayMs: epochParams.transmitDelayMs })
    const settler = createSettler({ chain, clock, logger, metrics, turnMs: epochParams.transmitDelayMs })
    const punisher = createPunisher({ chain, clock, logger, metrics, turnMs: epochParams.transmitDelayMs })
    const desk = createReportDesk({ ...init, components, pool, meter, known: evidence.known })
    const loadHead = createHeadLoader({
      chain,
      store,
      self: signer.nodeId,
      confirmationDepth: epochParams.confirmationDepth,
      recall: desk.recall,
      onShown: (instance) => {
        if (head !== null && instanceKey(instance) !== instanceKey(head.instance)) {
          transmitter.cancel()
          driver.suspend()
        }
      }
    })
    const record = createSigningRecord(keyValue)
    const accuser = createAccuser({
      chain,
      keyValue,
      logger,
      confirmationDepth: epochParams.confirmationDepth,
      turnOf: ({ epoch }) => (head === null ? 0 : turnOf(head.committee, { epoch }, signer.nodeId))
    })
    const driver = createAgreementDriver({
      networkId,
      timing: epochParams,
      messageLifetimeMs: Math.max(epochParams.epochMs, 60_000),
      clock,
      logger,
      signer,
      verifier,
      publisher,
      desk,
      record,
      attestationDigest: (instance, view, digest) =>
        attestationDigest({ chainId: init.chainId, committee: chain.deployment().committee }, { ...instance, view, digest }),
      hasNews: () => pool.hasNews(clock.now()),
      onTimeout: () => metrics.views.inc(),
      onEquivocation: (evidence) => accuser.accuse(evidence),
      keptEpochs: epochParams.confirmationDepth,
      simulate: ({ commit, signatures, view }, signal) =>
        chain.simulate({ type: 'commitEpoch', commit, view, signatures }, { signal }),
      onQuorum: ({ commit, signatures, view }, { committee, laggards }) => {
        const turn = turnOf(committee, { epoch: commit.epoch, view, laggards }, signer.nodeId)
        transmitter.schedule({ committee, commit, view, signatures, turn })
      }
    })
    const watchTwins = createTwinWatch({ head: () => head, evidence })
    const oracleHandler = createOracleHandler({
      head: () => head,
      onMessage(message, envelope) {
        track(driver.receive(message, envelope))
        track(watchTwins(message, envelope))
      }
    })

    let head: Head | null = null
    /** Nodes whose binding a report has taken: every presence asks. */
    let bound: ReadonlySet<NodeId> = new Set()
    let controller: AbortController | undefined
    let unsubscribes: (() => Promise<void>)[] = []
    let removeListener: (() => void) | undefined
    let following: Promise<void> | undefined
    const running = new Set<Promise<void>>()
    const track = (work: Promise<void>): void => {
      const tracked = work
        .catch((error: unknown) => logger.warn('A message could not be processed', { error: errorMessage(error) }))
        .finally(() => running.delete(tracked))
      running.add(tracked)
    }

    const onPresence = ({ envelope, nodeId }: PresenceEvent): void => {
      meter.seen(nodeId, clock.now())
      if (!bound.has(nodeId)) {
        track(evidence.keep(pool.addBinding(envelope), envelope))
      }
    }
    const openRound = async (): Promise<void> => {
      const view = driver.state?.view ?? 0
      if (head === null || driver.state === null || leaderAt(head, view) !== signer.nodeId) {
        return
      }
      const { instance, state } = head
      const timeouts = driver.certificate()
      if (view > 0 && timeouts.length === 0) {
        return
      }
      const place = { instance, view, timeouts, nodes: state.bindings.length, authored: authoring.ready() }
      const message = await opener.next(place, clock.now())
      if (message !== null) {
        const envelope = await publisher.publish('quiz', encodeQuizMessage(message), epochParams.itemTtlMs)
        await quizHandler(message, envelope)
      }
    }
    const moveTo = async (signal: AbortSignal): Promise<void> => {
      const loaded = await loadHead(signal)
      const isSame = head !== null && driver.state !== null && loaded.head.instance.prev === head.instance.prev
      if (isSame && loaded.head.committee.config === head?.committee.config) {
        return
      }
      if (record.fromEpoch === null) {
        await record.open(loaded.commit?.epoch ?? null)
      }
      const words = await record.recall(loaded.head.instance)
      head = loaded.head
      authoring.begin(head)
      bound = new Set(head.state.bindings.map(({ node }) => node))
      transmitter.cancel()
      driver.begin(loaded.head, words)
      if (loaded.commit !== null && loaded.report !== null && loaded.leader !== null) {
        metrics.lastEpoch.set(loaded.commit.epoch)
        await evidence.settle(loaded.report, loaded.commit)
        track(desk.keep(loaded.report, loaded.head.committee, signal))
        const { committee, laggards } = loaded.head
        const turn = turnOf(committee, { epoch: loaded.commit.epoch, laggards }, signer.nodeId)
        settler.schedule({ report: loaded.report, turn })
        punisher.schedule({ report: loaded.report, turn })
        init.onEpoch?.(loaded.commit, loaded.report, loaded.leader)
      }
      oracleHandler.replay()
    }
    const returnLost = (signal: AbortSignal): Promise<void> =>
      evidence.restore(async (epoch, digest) => (await chain.commit(epoch, { signal }))?.digest === digest)
    /** The cursor is read before the head, so that no commit falls between the two. */
    const followOnce = async (signal: AbortSignal): Promise<void> => {
      const from = (await chain.head({ signal })).number
      registry.set((await chain.registrations({ signal })).map(({ nodeId }) => nodeId))
      await returnLost(signal)
      await moveTo(signal)
      for await (const event of chain.follow(from, { signal })) {
        if (event.type === 'block') {
          await evidence.finalise(event.block.number - epochParams.confirmationDepth)
          track(accuser.onBlock(event.block.number))
        }
        if (event.type === 'registered') {
          registry.add(event.registration.nodeId)
        }
        if (event.type === 'reorg') {
          await returnLost(signal)
        }
        if (event.type === 'epoch' || event.type === 'reorg') {
          await moveTo(signal)
        }
      }
    }
    const onError = (error: unknown): void =>
      logger.warn('The chain could not be followed; trying again', { error: errorMessage(error) })
    const follow = (signal: AbortSignal): Promise<void> => keepRunning(() => followOnce(signal), { clock, onError }, signal)
    const quizHandler = createQuizHandler({
      networkId,
      chain,
      evidence,
      verifier,
      head: () => head,
      view: () => driver.state?.view ?? 0,
      params,
      requests: createRoundRequests({ chain, quizIntervalMs: deadlines.quizIntervalMs, seedBlocks: params.quiz.seedBlocks }),
      onRequest: (request) => opener.requested(request, clock.now()),
      onRound: (round) => opener.opened(round),
      authoring,
      onRefused: (fault) => metrics.refusedAnswers.inc({ fault }),
      onUnheard: (fault) => metrics.refusedBallots.inc({ fault }),
      onUnwritten: (fault) => metrics.refusedAuthors.inc({ fault })
    })

    const tick = createRepeatingTask({
      clock,
      intervalMs: init.tickMs ?? 250,
      onError: (error) => logger.warn('A tick failed', { error: errorMessage(error) }),
      async task() {
        driver.tick()
        metrics.poolItems.set(pool.size)
        await openRound()
      }
    })
    const listen = async <T>(
      family: TopicFamily,
      decode: (payload: Uint8Array) => T,
      handle: (message: T, envelope: OpenedEnvelope) => ReturnType<GossipHandler> | Awaited<ReturnType<GossipHandler>>
    ): Promise<void> => {
      const onInvalid = (_error: unknown, reason: string): void => metrics.rejected.inc({ family, reason })
      const handler = createGossipHandler<T>({ networkId, family, verifier, nowMs: () => clock.now(), decode, handle, onInvalid })
      unsubscribes.push(await network.subscribe(topicName(networkId, family), handler))
    }
    return {
      status() {
        const view = driver.state?.view ?? 0
        return head === null ? null : { epoch: head.instance.epoch, view, leader: leaderAt(head, view) }
      },
      async start() {
        if (controller !== undefined) {
          return
        }
        controller = new AbortController()
        const { signal } = controller
        try {
          requireMember(await chain.committee({ signal }), signer)
          await evidence.load()
          removeListener = presence.onPresence(onPresence)
          await listen('task', decodeTaskHeader, createTaskHandler(networkId, evidence))
          await listen('result', decodeResultMessage, createResultHandler(evidence))
          await listen('quiz', decodeQuizMessage, quizHandler)
          await listen('oracle', decodeOracleMessage, (message, envelope) => oracleHandler.handle(message, envelope))
        } catch (error) {
          await this.stop()
          throw error
        }
        following = follow(signal)
        await tick.start()
      },
      async stop() {
        controller?.abort()
        controller = undefined
        removeListener?.()
        await tick.stop()
        await following
        await transmitter.stop()
        await settler.stop()
        await punisher.stop()
        await driver.stop()
        await Promise.all(unsubscribes.map((unsubscribe) => unsubscribe()))
        unsubscribes = []
        await Promise.all(running)
        head = null
        bound = new Set()
      }
    }
  }
}
