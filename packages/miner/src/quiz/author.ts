import type { CommittedEpoch, EpochNumber, ModelId, NodeId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { AuthorStage, OpenedEnvelope, QuizMessage } from '@cortensor/protocols'
import { encodeQuizMessage } from '@cortensor/protocols'
import {
  type AuthoringState,
  beginAuthoring,
  type Draft,
  questionDrafts,
  rankOf,
  reduceAuthoring,
  themeDrafts,
  themeFault,
  turnEnd,
  turnOfRank
} from '@cortensor/scoring'
import { bytesToHex, createSeededRng, within } from '@cortensor/utils'
import type { MinerComponents } from '../components.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { runModel } from '../run-model.js'
import type { EpochDuties } from './duties.js'

type Written = Extract<QuizMessage, { type: 'create' | 'prepare' }>

export interface AuthorInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  /** Resolves as soon as no paid task needs the engine. */
  untilIdle: (signal: AbortSignal) => Promise<void>
  primaryModel: () => Promise<ModelId | undefined>
  track: (work: Promise<unknown>) => void
}

/** Writes open challenges for the epochs that this node is drawn for. */
export interface Author {
  /** An epoch was committed, whose report is being read. Writes in its turns, until the signal aborts. */
  onEpoch(commit: CommittedEpoch, duties: Promise<EpochDuties>, signal: AbortSignal): void
  /** What another node has written. */
  hear(message: Written, envelope: Pick<OpenedEnvelope, 'id' | 'sender'>, signal: AbortSignal): void
}

/** The last messages that are remembered until the report of their epoch has been read: twice as many as nodes are drawn. */
const MAX_HEARD = 64

/** Its turn comes when those before it have been silent; its model has the time of the turn, and paid work goes first. */
export function createAuthor(init: AuthorInit): Author {
  const { components, metrics, params } = init
  const { clock, engine, logger, publisher, randomBytes, signer } = components
  const self: NodeId = signer.nodeId
  /** Null while this node is not drawn. */
  let state: AuthoringState | null = null
  let isReading = false
  /** Of the last commit. */
  let last: CommittedEpoch['digest'] | null = null
  /** Others may know of a commit earlier, or of its report. */
  let heard: Parameters<Author['hear']>[] = []

  const step = (message: Written, { id, sender }: Pick<OpenedEnvelope, 'id' | 'sender'>): boolean => {
    if (state === null) {
      return false
    }
    const next = reduceAuthoring(state, { type: 'message', message: { ...message, id, sender }, atMs: clock.now() }, params)
    state = next.state
    return next.fault === null
  }

  /** The first way in which the model's words have the form. */
  const write = async <T>(
    stage: AuthorStage,
    drafts: readonly Draft<T>[],
    isFit: (written: T) => boolean,
    signal: AbortSignal
  ): Promise<T | null> => {
    const model = await init.primaryModel()
    for (const { messages, read, sampling, way } of model === undefined ? [] : drafts) {
      await init.untilIdle(signal)
      const generation = await runModel(
        engine,
        { model: model as ModelId, messages, sampling, seed: randomBytes(32) },
        { signal }
      )
      const written = generation === null ? null : read(generation.text)
      const isTaken = written !== null && isFit(written)
      metrics.drafts.inc({ stage, way, outcome: isTaken ? 'written' : 'formless' })
      metrics.tokens.inc({ work: 'quiz' }, generation?.usage.completionTokens ?? 0)
      if (isTaken) {
        return written
      }
    }
    return null
  }

  const draft = async (stage: AuthorStage, of: AuthoringState, signal: AbortSignal): Promise<Written | null> => {
    const rng = createSeededRng(bytesToHex(randomBytes(16)))
    const { authored, created, epoch, prev } = of
    if (stage === 'create') {
      const theme = await write(stage, themeDrafts(rng), (one) => themeFault(one, authored) === null, signal)
      return theme === null ? null : { type: 'create', epoch, prev, ...theme }
    }
    if (created === null) {
      return null
    }
    const questions = await write(stage, questionDrafts(created, rng), () => true, signal)
    return questions === null ? null : { type: 'prepare', theme: created.id, questions }
  }

  const isMyTurn = (stage: AuthorStage, of: AuthoringState): boolean =>
    state !== null && state.phase === stage && state.prev === of.prev && state.created?.id === of.created?.id

  /** Waits for its turn of a stage, and writes in it. */
  const act = async (stage: AuthorStage, of: AuthoringState, signal: AbortSignal): Promise<void> => {
    const rank = rankOf(of, stage, self)
    if (rank === null) {
      return
    }
    await clock.sleep(Math.max(0, turnOfRank(of, stage, rank, params) - clock.now()), { signal })
    if (!isMyTurn(stage, of)) {
      return
    }
    const leftMs = turnEnd(of, stage, rank, params) - clock.now()
    const written = await within(clock, leftMs, signal, (limited) => draft(stage, of, limited)).catch((error: unknown) => {
      signal.throwIfAborted()
      logger.debug('An open challenge could not be written', { stage, error: errorMessage(error) })
      return null
    })
    if (written === null || !isMyTurn(stage, of)) {
      return
    }
    const envelope = await publisher.publish('quiz', encodeQuizMessage(written), params.epoch.itemTtlMs)
    hear(written, envelope, signal)
  }

  const consider: Author['hear'] = (message, envelope, signal) => {
    if (step(message, envelope) && state?.phase === 'prepare') {
      init.track(act('prepare', state, signal))
    }
  }
  const hear: Author['hear'] = (...said) => {
    heard = [...heard, said].slice(-MAX_HEARD)
    if (!isReading) {
      consider(...said)
    }
  }

  const take = async (
    commit: CommittedEpoch,
    duties: Promise<EpochDuties>,
    sinceMs: number,
    signal: AbortSignal
  ): Promise<void> => {
    try {
      const { authored, commissions } = await duties
      if (commit.digest !== last) {
        return
      }
      const epoch = (commit.epoch + 1) as EpochNumber
      const isDrawn = commissions.some((one) => one.epoch === epoch && one.node === self)
      state = isDrawn ? beginAuthoring({ epoch, prev: commit.digest, authored, commissions }, sinceMs) : null
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('Who writes for an epoch could not be read', { error: errorMessage(error) })
      if (commit.digest !== last) {
        return
      }
    }
    isReading = false
    for (const said of heard) {
      consider(...said)
    }
    if (state?.phase === 'create') {
      await act('create', state, signal)
    }
  }

  return {
    hear,
    onEpoch(commit, duties, signal) {
      if (params.quiz.authorSeats > 0) {
        state = null
        isReading = true
        last = commit.digest
        init.track(take(commit, duties, clock.now(), signal))
      }
    }
  }
}
