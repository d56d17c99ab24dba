import type { CommittedEpoch, ModelId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import {
  encodeQuizMessage,
  type Generation,
  MAX_JUDGE_REPLY_BYTES,
  type OpenPanel,
  panelIdOf,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import { judgeRequests, panelEndMs, TRAVEL_SHARE } from '@cortensor/scoring'
import { utf8Length, within } from '@cortensor/utils'
import type { Announcer } from '../announcer.js'
import type { MinerComponents } from '../components.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { runModel } from '../run-model.js'
import { storeTranscript } from '../store-transcript.js'
import type { EpochDuties } from './duties.js'

export interface JudgeInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  /** Resolves as soon as no paid task needs the engine. */
  untilIdle: (signal: AbortSignal) => Promise<void>
  primaryModel: () => Promise<ModelId | undefined>
  announcer: Pick<Announcer, 'announce'>
  track: (work: Promise<unknown>) => void
}

/** Judges answers to open challenges, or shows on pairs with a known better answer whether it could. */
export interface Judge {
  /** An epoch was committed, whose report is being read: it names the panels that this node has a part in. */
  onEpoch(commit: CommittedEpoch, duties: Promise<EpochDuties>, signal: AbortSignal): void
}

/** Asks its own model about each pair in both orders, and says what it said; what was not ready in time is not said at all. */
export function createJudge(init: JudgeInit): Judge {
  const { announcer, components, metrics, networkId, params } = init
  const { clock, engine, logger, publisher, randomBytes, signer } = components
  const self = signer.nodeId

  const ask = async (panel: OpenPanel, model: ModelId, signal: AbortSignal): Promise<Generation[] | null> => {
    const generations: Generation[] = []
    for (const request of judgeRequests(panel, self)) {
      await init.untilIdle(signal)
      const generation = await runModel(engine, { model, ...request }, { signal })
      if (generation === null || generation.finishReason === 'cancelled' || utf8Length(generation.text) > MAX_JUDGE_REPLY_BYTES) {
        return null
      }
      metrics.tokens.inc({ work: 'quiz' }, generation.usage.completionTokens)
      generations.push(generation)
    }
    return generations
  }

  const judge = async (panel: OpenPanel, signal: AbortSignal): Promise<boolean> => {
    const model = await init.primaryModel()
    const generations = model === undefined ? null : await ask(panel, model, signal)
    if (model === undefined || generations === null) {
      return false
    }
    const { fingerprint } = await engine.status()
    const { roundId } = panel
    const subject = { type: 'quiz', roundId: panelIdOf(roundId) } as const
    const content = { networkId, subject, model, fingerprint, decodeSpec: VERIFIABLE_DECODE_SPEC, generations }
    const transcript = await storeTranscript(content, components, announcer, 'public')
    signal.throwIfAborted()
    const replies = generations.map(({ text }) => text)
    const ballot = { type: 'ballot', roundId, salt: randomBytes(32), modelId: model, transcript, replies } as const
    await publisher.publish('quiz', encodeQuizMessage(ballot), params.epoch.itemTtlMs)
    return true
  }

  /** Its share of the time is the oracles', who must have the ballot before the end. */
  const attempt = async (panel: OpenPanel, signal: AbortSignal): Promise<void> => {
    const leftMs = panelEndMs(panel, params) - params.deadlines.quizJudgeMs * TRAVEL_SHARE - clock.now()
    try {
      const isSaid = await within(clock, Math.max(0, leftMs), signal, (limited) => judge(panel, limited))
      metrics.ballots.inc({ outcome: isSaid ? 'said' : 'failed' })
    } catch (error) {
      signal.throwIfAborted()
      metrics.ballots.inc({ outcome: 'late' })
      logger.debug('A ballot was not ready in time', { roundId: panel.roundId, error: errorMessage(error) })
    }
  }

  const take = async ({ epoch }: CommittedEpoch, duties: Promise<EpochDuties>, signal: AbortSignal): Promise<void> => {
    const { panels } = await duties.catch(() => ({ panels: [] }))
    // Panels of earlier reports are under way, or were given up.
    for (const panel of panels.filter((one) => one.epoch === epoch)) {
      if (panel.judges.includes(self) || panel.tried.includes(self)) {
        await attempt(panel, signal)
      }
    }
  }

  return {
    onEpoch: (commit, duties, signal) => init.track(take(commit, duties, signal))
  }
}
