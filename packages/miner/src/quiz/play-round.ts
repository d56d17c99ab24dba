import type { EpochNumber, ModelId, RoundId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Generation, RoundOpen, RoundReveal } from '@cortensor/protocols'
import { encodeQuizMessage, revealedText, roundCommitment, roundSeed, VERIFIABLE_DECODE_SPEC } from '@cortensor/protocols'
import {
  type AbilityOf,
  isOpenAnswerer,
  openChallenge,
  quizItems,
  quizRequest,
  roundDeadlines,
  TRAVEL_SHARE
} from '@cortensor/scoring'
import { within } from '@cortensor/utils'
import type { Announcer } from '../announcer.js'
import type { MinerComponents } from '../components.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { runModel } from '../run-model.js'
import type { SpeedMeter } from '../speed-meter.js'
import { storeTranscript } from '../store-transcript.js'
import type { RoundBase } from './own-ability.js'
import { type Plant, plantIn } from './plant.js'

export interface PlayRoundInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  speed: SpeedMeter
  /** Resolves as soon as no more than so many paid tasks, or none, need the engine. */
  untilIdle: (signal: AbortSignal, tasks?: number) => Promise<void>
  announcer: Pick<Announcer, 'announce'>
  /** What the state that the round builds on says of this node. */
  ownAbility: (base: RoundBase, epoch: EpochNumber, signal: AbortSignal) => Promise<AbilityOf>
  /** How many rounds that state lets this node spoil. */
  ownPlants: (base: RoundBase, signal: AbortSignal) => Promise<number>
}

/** A round that the leader opened. */
export interface OpenedRound {
  round: RoundOpen
  roundId: RoundId
  base: RoundBase
}

/** Answers one round: runs the model on this node's own items, seals the answers before the deadline, and opens them after it. */
export async function playRound(
  { base, round, roundId }: OpenedRound,
  model: ModelId,
  init: PlayRoundInit,
  signal: AbortSignal
): Promise<void> {
  const { clock, logger, publisher, randomBytes, signer } = init.components
  const { computeMs, precommitMs, revealMs } = roundDeadlines(round, init.params)
  const answered = await answerItems({ base, round, roundId }, model, computeMs, init, signal)
  signal.throwIfAborted()
  if (answered.length === 0) {
    init.metrics.rounds.inc({ outcome: 'late' })
    logger.warn('No answer was ready when the round ended', { roundId })
    return
  }
  const { fingerprint } = await init.components.engine.status()
  const plant = await plantFor({ base, round, roundId }, model, answered, init, signal)
  const generations = plant?.generations ?? answered.map(({ generation }) => generation)
  const subject = { type: 'quiz', roundId } as const
  const content = { networkId: init.networkId, subject, model, fingerprint, decodeSpec: VERIFIABLE_DECODE_SPEC, generations }
  const transcript = await storeTranscript(content, init.components, init.announcer, 'public')
  const answers = answered.map(({ index }, i) => ({ item: index, text: revealedText(generations[i]?.text ?? '') }))
  const reveal: RoundReveal = { roundId, salt: plant?.salt ?? randomBytes(32), modelId: model, transcript, answers }
  const lifetimeMs = init.params.epoch.itemTtlMs
  const commitment = roundCommitment(signer.nodeId, reveal)
  await publisher.publish('quiz', encodeQuizMessage({ type: 'precommit', roundId, commitment }), lifetimeMs)
  const revealAtMs = precommitMs + (revealMs - precommitMs) * TRAVEL_SHARE
  await clock.sleep(Math.max(0, revealAtMs - clock.now()), { signal })
  await publisher.publish('quiz', encodeQuizMessage({ type: 'reveal', ...reveal }), lifetimeMs)
  init.metrics.rounds.inc({ outcome: 'revealed' })
}

/** So many plants may be on their way that the state does not count yet. */
const PLANTS_UNDER_WAY = 1

/**
 * Now and then a round is spoilt for the auditors: as often as the network lets every node do it, at random. Null for all others, and where
 * something is in the way: no round is lost for it.
 */
async function plantFor(
  { base, round, roundId }: OpenedRound,
  model: ModelId,
  answered: readonly AnsweredItem[],
  { components, ownPlants, params }: PlayRoundInit,
  signal: AbortSignal
): Promise<Plant | null> {
  const { engine, logger, randomBytes, signer } = components
  const { auditors, plantBps } = params.audit
  const [high = 0, low = 0] = randomBytes(2)
  if (auditors === 0 || round.level !== 1 || (high * 256 + low) * 10_000 >= plantBps * 65_536) {
    return null
  }
  try {
    if ((await ownPlants(base, signal)) <= PLANTS_UNDER_WAY) {
      return null
    }
    const generations = answered.map(({ generation }) => generation)
    return await plantIn(generations, { roundId, model, signer, engine }, { signal })
  } catch (error) {
    signal.throwIfAborted()
    logger.debug('A round could not be spoilt', { error: errorMessage(error) })
    return null
  }
}

interface AnsweredItem {
  index: number
  generation: Generation
}

/**
 * In a liveness round one item after the other, while nobody pays. In a capability round on all of the engine's slots at a time that paid work
 * leaves: a slot that were left free would be what another name of the same machine answers with. Paid work waits for one short answer at most.
 */
async function answerItems(
  { base, round }: OpenedRound,
  model: ModelId,
  untilMs: number,
  init: PlayRoundInit,
  signal: AbortSignal
): Promise<AnsweredItem[]> {
  const { clock, engine, logger, signer } = init.components
  const seed = roundSeed(round)
  const answered: AnsweredItem[] = []
  const answer = async (limited: AbortSignal): Promise<void> => {
    const [abilityOf, { totalSlots }] = await Promise.all([init.ownAbility(base, round.epoch, limited), engine.status()])
    const asked = quizItems(seed, signer.nodeId, round, abilityOf)
    // Last, because it weighs least.
    const open = isOpenAnswerer(round, signer.nodeId, init.params) ? [openChallenge(round)] : []
    const items = [...asked, ...open].entries()
    const work = async (paidTasks: number): Promise<void> => {
      for (;;) {
        await init.untilIdle(limited, paidTasks)
        const { done, value } = items.next()
        if (done === true) {
          return
        }
        const [index, item] = value
        const generation = await runModel(engine, { model, ...quizRequest(item, seed, index) }, { signal: limited })
        if (generation === null || generation.finishReason === 'cancelled') {
          return
        }
        if (round.level === 1) {
          init.speed.record(model, generation.usage, generation.timings)
        }
        init.metrics.tokens.inc({ work: 'quiz' }, generation.usage.completionTokens)
        answered.push({ index, generation })
      }
    }
    const slots = round.level === 2 ? Math.max(1, totalSlots) : 1
    // The last of them makes room for the first paid task, the first one for as many as there are slots.
    const workers = Array.from({ length: slots }, (_, i) => work(slots - 1 - i))
    const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') {
      throw failed.reason
    }
  }
  const inTime = async (limited: AbortSignal): Promise<void> =>
    answer(limited).catch((error: unknown) => {
      // What was answered before the end counts.
      if (!limited.aborted) {
        logger.warn('A round could not be answered', { error: errorMessage(error) })
      }
    })
  await within(clock, untilMs - clock.now(), signal, inTime)
  return answered.toSorted((a, b) => a.index - b.index)
}
