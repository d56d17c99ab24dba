import type { CidString, CommittedEpoch, NodeId, UnixMs } from '@cortensor/interface'
import { CortensorError, errorMessage } from '@cortensor/interface'
import { type AuditFinding, auditResult, readTranscript } from '@cortensor/proofs'
import {
  AUDIT_LIMITS,
  type AuditSubject,
  auditCommitment,
  encodeResultMessage,
  isFoundFalse,
  type PendingAudit
} from '@cortensor/protocols'
import { awaitDraw, createDrawnAuditors, type EpochDraw, followDraws } from '@cortensor/scoring'
import { LruMap, within } from '@cortensor/utils'
import type { MinerComponents } from '../components.js'
import type { MinerErrorCode } from '../errors.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { plantedWith } from '../quiz/plant.js'
import { type Evidence, fetchEvidence } from './fetch-evidence.js'
import { readOnce } from './read-once.js'
import { createSpareEngine } from './spare-engine.js'

export interface AuditorInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  /** Whether no paid task needs the engine. */
  isIdle: () => boolean
  /** Resolves as soon as that is so. */
  untilIdle: (signal: AbortSignal) => Promise<void>
  track: (work: Promise<unknown>) => void
}

/** What this node serves of an answer: of its own, or of one that it has found false. */
export interface ShownAnswer {
  transcript: CidString
  /** What opens it: in its own block of an own answer, or what has opened another's. Null of what cannot be sealed, as answers to rounds. */
  key: 'own' | Uint8Array | null
}

export interface Auditor {
  /** Follows the chain and does the audits that this node is drawn for, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** An answer that this node has, for one of its auditors that has not asked too often; null otherwise. */
  answerFor(answer: Pick<AuditSubject, 'miner' | 'subject'>, auditor: NodeId): ShownAnswer | null
  /** Whether a node was drawn to audit such an answer, and may ask now. */
  isDrawn(node: NodeId): boolean
}

/**
 * Longest wait for a transcript and what opens it, as a share of the window: whoever has given neither by then, asked again and again, has
 * withheld it. What is left until the promise is for the model.
 */
const EVIDENCE_SHARE = 0.25
/** Of the time that is left: late evidence must not cost the vote that it is not there. */
const EVIDENCE_SHARE_OF_REST = 0.6
/** Of the window, how long a miner must have been asked before it has withheld anything: several asks, and time to start anew. */
const LEAST_EVIDENCE_SHARE = 1 / 12
/** Of the window, how long paid work goes first. Not for ever: an audit that is missed is as good as none. */
const PAID_FIRST_SHARE = 0.3
/** Transcripts that are waited for, or waiting for the model, at a time: who does not show one must not cost the others their time. */
const PARALLEL_AUDITS = 16
/** Own answers whose auditors are remembered: three epochs in which one miner gives 1,000 answers. */
const REMEMBERED_ANSWERS = 3_000
/** Answers of others that this node has found false and can show until their disputes are over: far more than honest networks have. */
const REMEMBERED_FAULTS = 1_000
/** The share of the window in which votes are promised; told they are after it. */
const PROMISE_SHARE = 0.5
/** When the miner of a plant says so: with the last promises, and before anybody tells a vote. */
const PLANT_SHARE = 0.47

const keyOf = ({ miner, subject }: Pick<AuditSubject, 'miner' | 'subject'>): string => `${subject}/${miner}`

/** An auditor promises its vote, waits until everybody has, and tells it. What it runs is the model; what it says the oracles judge. */
export function createAuditor(init: AuditorInit): Auditor {
  const { components, metrics, networkId, params } = init
  const { chain, clock, engine, loadDraw, logger, network, publisher, randomBytes, signer, store, verifier } = components
  const self = signer.nodeId
  const { windowMs } = params.audit
  const answers = new LruMap<string, ShownAnswer>(REMEMBERED_ANSWERS)
  const faults = new LruMap<string, ShownAnswer>(REMEMBERED_FAULTS)
  const drawnFor = createDrawnAuditors({ clock, windowMs, answers: REMEMBERED_ANSWERS, servings: AUDIT_LIMITS.maxServings })

  const spare = createSpareEngine({ ...init, engine, clock })

  const promiseEndMs = ({ cutoffMs }: EpochDraw): UnixMs => cutoffMs + windowMs * PROMISE_SHARE

  /**
   * What a dispute will be about, its miner may show to nobody any more: who has found it false keeps it. Few are, and their blocks stay in the
   * store; the key is forgotten with a restart.
   */
  const keep = async (audit: PendingAudit, { block, keys }: Evidence, signal: AbortSignal): Promise<void> => {
    if (block !== null) {
      const key = keys.find((key) => readTranscript(block, [key]).type !== 'sealed') ?? null
      faults.set(keyOf(audit), { transcript: await store.put(block, 'dag-cbor', { signal }), key })
    }
  }

  /** Throws `MINER_AUDIT_LATE` where there was no time to see whether an answer is withheld: that is the auditor's fault. */
  const find = async (audit: PendingAudit, draw: EpochDraw, signal: AbortSignal): Promise<AuditFinding> => {
    const limitMs = Math.min(windowMs * EVIDENCE_SHARE, (promiseEndMs(draw) - clock.now()) * EVIDENCE_SHARE_OF_REST)
    const read = readOnce(components.readTranscript ?? readTranscript)
    const evidence = await fetchEvidence(audit, { clock, network, networkId, store, read, logger, limitMs, signal })
    const idle = spare.until(draw.cutoffMs + windowMs * PAID_FIRST_SHARE)
    const { randomness } = draw
    const found = await auditResult({ answer: audit, ...evidence, read, randomness, engine: idle, verifier, signal })
    if (found.vote === 'withheld' && limitMs < windowMs * LEAST_EVIDENCE_SHARE) {
      throw new CortensorError<MinerErrorCode>(
        'MINER_AUDIT_LATE',
        `The answer was not shown within ${Math.round(limitMs)} ms, which is too little to say that it is withheld`
      )
    }
    if (isFoundFalse(found.vote) && audit.round === 0) {
      await keep(audit, evidence, signal)
    }
    return found
  }

  /** Finds a vote and promises it; what comes back tells it when its time has come. */
  const promise = async (audit: PendingAudit, draw: EpochDraw, signal: AbortSignal): Promise<() => Promise<void>> => {
    const { miner, round, subject } = audit
    const endMs = promiseEndMs(draw)
    const found = await within(clock, endMs - clock.now(), signal, (limited) => find(audit, draw, limited))
    const { isExact, reason, sample, vote, window } = found
    const reveal = { subject, miner, round, salt: randomBytes(32), vote, window, isExact, sample }
    const lifetimeMs = params.epoch.itemTtlMs
    const commitment = auditCommitment(self, reveal)
    await publisher.publish(
      'result',
      encodeResultMessage({ type: 'audit-precommit', subject, miner, round, commitment }),
      lifetimeMs
    )
    return async () => {
      await clock.sleep(Math.max(0, endMs - clock.now()), { signal })
      await publisher.publish('result', encodeResultMessage({ type: 'audit-reveal', ...reveal }), lifetimeMs)
      metrics.audits.inc({ vote })
      if (vote !== 'valid') {
        logger.info('An audit found fault with an answer', { subject, miner, vote, reason, window, isExact })
      }
    }
  }

  const take = async (commit: CommittedEpoch, blockHash: CommittedEpoch['digest'], signal: AbortSignal): Promise<void> => {
    const draw = await awaitDraw({ chain, clock, loadDraw, logger, store, params: params.audit }, commit, blockHash, signal)
    for (const audit of draw.drawn) {
      const { auditors, miner, source, transcript } = audit
      if (miner === self) {
        init.track(openPlant(audit, draw, signal))
        answers.set(keyOf(audit), { transcript, key: source.type === 'task' ? 'own' : null })
        drawnFor.add(audit, auditors, draw.cutoffMs)
      }
      const fault = audit.earlier.some(({ auditor }) => auditor === self) ? faults.get(keyOf(audit)) : undefined
      if (fault !== undefined) {
        answers.set(keyOf(audit), fault)
        drawnFor.add(audit, auditors, draw.cutoffMs)
      }
    }
    if (clock.now() >= promiseEndMs(draw)) {
      // This node was away. It serves what it owes others.
      return
    }
    // Audits of earlier draws are under way, or were given up.
    const own = draw.drawn.filter(({ auditors, drawnMs }) => drawnMs === draw.cutoffMs && auditors.includes(self))
    const next = own.values()
    const work = async (): Promise<void> => {
      for (const audit of next) {
        await attempt(audit, draw, signal)
      }
    }
    await Promise.all(Array.from({ length: PARALLEL_AUDITS }, work))
  }

  /** Says of an own answer that it was spoilt on purpose, if it was, once auditors have promised their votes on it. */
  const openPlant = async (
    { drawnMs, round, source, subject }: PendingAudit,
    draw: EpochDraw,
    signal: AbortSignal
  ): Promise<void> => {
    const secret = round === 0 && drawnMs === draw.cutoffMs ? await plantedWith(signer, subject, source) : null
    if (secret !== null) {
      const openMs = draw.cutoffMs + windowMs * PLANT_SHARE
      await clock.sleep(Math.max(0, openMs - clock.now()), { signal })
      const message = encodeResultMessage({ type: 'audit-plant', subject, secret })
      await publisher.publish('result', message, params.epoch.itemTtlMs)
      metrics.plants.inc()
    }
  }

  const attempt = async (audit: PendingAudit, draw: EpochDraw, signal: AbortSignal): Promise<void> => {
    try {
      const tell = await promise(audit, draw, signal)
      init.track(tell())
    } catch (error) {
      signal.throwIfAborted()
      metrics.audits.inc({ vote: 'missing' })
      logger.warn('An audit could not be done', { subject: audit.subject, error: errorMessage(error) })
    }
  }

  return {
    answerFor(answer, auditor) {
      return drawnFor.takeServing(answer, auditor) ? (answers.get(keyOf(answer)) ?? null) : null
    },
    isDrawn: drawnFor.isDrawn,
    async run(signal) {
      if (params.audit.auditors > 0) {
        const { confirmationDepth } = params.epoch
        const onDrawable = (commit: CommittedEpoch, blockHash: CommittedEpoch['digest']): void =>
          init.track(take(commit, blockHash, signal))
        await followDraws({ chain, clock, logger, confirmationDepth, onDrawable }, signal)
      }
    }
  }
}
