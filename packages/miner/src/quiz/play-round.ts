import { domainHash } from '@cortensor/crypto'
import type { EpochNumber, ModelId, RoundId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Generation, RoundOpen, RoundReveal } from '@cortensor/protocols'
import {
  encodeQuizMessage,
  MAX_ANSWER_TEXT_BYTES,
  roundCommitment,
  roundSeed,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { type AbilityOf, type QuizItem, quizItems } from '@cortensor/scoring'
import { uint64ToBytes } from '@cortensor/utils'
import type { Announcer } from '../announcer.js'
import { boundText } from '../bound-text.js'
import type { MinerComponents } from '../components.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { runModel } from '../run-model.js'
import type { SpeedMeter } from '../speed-meter.js'
import { storeTranscript } from '../store-transcript.js'
import type { RoundBase } from './own-ability.js'

export interface PlayRoundInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  speed: SpeedMeter
  /** Resolves as soon as no paid task needs the engine. */
  untilIdle: (signal: AbortSignal) => Promise<void>
  announcer: Pick<Announcer, 'announce'>
  /** What the state that the round builds on says of this node. */
  ownAbility: (base: RoundBase, epoch: EpochNumber, signal: AbortSignal) => Promise<AbilityOf>
}

/** A round that the leader opened. */
export interface OpenedRound {
  round: RoundOpen
  roundId: RoundId
  base: RoundBase
}

/** Time that a message needs to reach every oracle before a deadline, in ms; as a share of the stage, so that it fits fast networks too. */
const TRAVEL_SHARE = 0.15

/** Answers one round: runs the model on this node's own items, seals the answers before the deadline, and opens them after it. */
export async function playRound(
  { base, round, roundId }: OpenedRound,
  model: ModelId,
  init: PlayRoundInit,
  signal: AbortSignal
): Promise<void> {
  const { clock, logger, publisher, randomBytes, signer } = init.components
  const { quizPrecommitMs, quizRevealMs } = init.params.deadlines
  const precommitEndsMs = round.openedMs + quizPrecommitMs
  const answered = await answerItems(
    { base, round, roundId },
    model,
    precommitEndsMs - quizPrecommitMs * TRAVEL_SHARE,
    init,
    signal
  )
  signal.throwIfAborted()
  if (answered.length === 0) {
    init.metrics.rounds.inc({ outcome: 'late' })
    logger.warn('No answer was ready when the round ended', { roundId })
    return
  }
  const { fingerprint } = await init.components.engine.status()
  const generations = answered.map(({ generation }) => generation)
  const subject = { type: 'quiz', roundId } as const
  const content = { networkId: init.networkId, subject, model, fingerprint, decodeSpec: VERIFIABLE_DECODE_SPEC, generations }
  const transcript = await storeTranscript(content, init.components, init.announcer)
  const answers = answered.map(({ generation, index }) => ({
    item: index,
    text: boundText(generation.text, MAX_ANSWER_TEXT_BYTES)
  }))
  const reveal: RoundReveal = { roundId, salt: randomBytes(32), modelId: model, transcript, answers }
  const lifetimeMs = init.params.epoch.itemTtlMs
  const commitment = roundCommitment(signer.nodeId, reveal)
  await publisher.publish('quiz', encodeQuizMessage({ type: 'precommit', roundId, commitment }), lifetimeMs)
  const revealAtMs = precommitEndsMs + quizRevealMs * TRAVEL_SHARE
  await clock.sleep(Math.max(0, revealAtMs - clock.now()), { signal })
  await publisher.publish('quiz', encodeQuizMessage({ type: 'reveal', ...reveal }), lifetimeMs)
  init.metrics.rounds.inc({ outcome: 'revealed' })
}

interface AnsweredItem {
  index: number
  generation: Generation
}

/** One item after the other, so that paid work never waits for more than one short answer. */
async function answerItems(
  { base, round }: OpenedRound,
  model: ModelId,
  untilMs: number,
  init: PlayRoundInit,
  signal: AbortSignal
): Promise<AnsweredItem[]> {
  const { clock, engine, logger, signer } = init.components
  const seed = roundSeed(round)
  const limit = new AbortController()
  const cancel = clock.after(Math.max(0, untilMs - clock.now()), () =>
    limit.abort(new DOMException('The round is over', 'TimeoutError'))
  )
  const limited = AbortSignal.any([signal, limit.signal])
  const answered: AnsweredItem[] = []
  try {
    const abilityOf = await init.ownAbility(base, round.epoch, limited)
    for (const [index, item] of quizItems(seed, signer.nodeId, round, abilityOf).entries()) {
      await init.untilIdle(limited)
      const itemSeed = domainHash('cortensor/quiz-sampling/v1', seed, uint64ToBytes(index))
      const generation = await runModel(
        engine,
        { model, messages: [question(item)], sampling: greedy(item), seed: itemSeed },
        { signal: limited }
      )
      if (generation === null || generation.finishReason === 'cancelled') {
        break
      }
      init.speed.record(model, generation.usage, generation.timings)
      init.metrics.tokens.inc({ work: 'quiz' }, generation.usage.completionTokens)
      answered.push({ index, generation })
    }
  } catch (error) {
    if (!limited.aborted) {
      logger.warn('A round could not be answered', { error: errorMessage(error) })
    }
  } finally {
    cancel()
  }
  return answered
}

const question = (item: QuizItem) => ({ role: 'user', content: item.question }) as const

const greedy = (item: QuizItem) => ({ maxTokens: item.maxTokens, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] })
