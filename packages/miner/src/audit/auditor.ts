import type { CidString, CommittedEpoch, NodeId } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { type AuditFinding, auditResult } from '@cortensor/proofs'
import {
  AUDIT_LIMITS,
  type AuditSubject,
  auditCommitment,
  encodeAuditRequest,
  encodeResultMessage,
  MAX_TRANSCRIPT_BYTES,
  type PendingAudit,
  streamProtocol
} from '@cortensor/protocols'
import { drawBlockOf } from '@cortensor/scoring'
import { LruMap } from '@cortensor/utils'
import type { MinerComponents } from '../components.js'
import type { MinerMetrics } from '../metrics.js'
import type { MinerInit } from '../options.js'
import { plantedWith } from '../quiz/plant.js'
import { type EpochDraw, loadDraw as loadOwnDraw } from './draws.js'

export interface AuditorInit extends MinerInit {
  components: MinerComponents
  metrics: MinerMetrics
  /** Resolves as soon as no paid task needs the engine. */
  untilIdle: (signal: AbortSignal) => Promise<void>
  track: (work: Promise<unknown>) => void
}

export interface Auditor {
  /** Follows the chain and does the audits that this node is drawn for, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** The transcript of an own answer, when this node is one of its auditors; null otherwise. */
  transcriptFor(subject: AuditSubject['subject'], auditor: NodeId): CidString | null
}

/** Wait before the chain is asked again, in ms: about one block of a fast chain. */
const RETRY_MS = 1_000
/** Longest wait for the report, and then for each transcript, as a share of the window: both fit into the time for promises. */
const FETCH_SHARE = 0.15
/** Audits at a time: one that waits for a transcript must not cost the others their time. */
const PARALLEL_AUDITS = 4
/** Own answers whose auditors are remembered: three epochs in which one miner gives 1,000 answers. */
const REMEMBERED_ANSWERS = 3_000
/** The share of the window in which votes are promised; told they are after it. */
const PROMISE_SHARE = 0.5
/** When the miner of a plant says so: with the last promises, and before anybody tells a vote. */
const PLANT_SHARE = 0.47

/** An auditor promises its vote, waits until everybody has, and tells it. What it runs is the model; what it says the oracles judge. */
export function createAuditor(init: AuditorInit): Auditor {
  const { components, metrics, networkId, params } = init
  const {
    chain,
    clock,
    engine,
    loadDraw = loadOwnDraw,
    logger,
    network,
    publisher,
    randomBytes,
    signer,
    store,
    verifier
  } = components
  const self = signer.nodeId
  const fetchMs = params.audit.windowMs * FETCH_SHARE
  const served = new LruMap<AuditSubject['subject'], { transcript: CidString; auditors: readonly NodeId[] }>(REMEMBERED_ANSWERS)

  const within = async <T>(limitMs: number, signal: AbortSignal, work: (limited: AbortSignal) => Promise<T>): Promise<T> => {
    const limit = new AbortController()
    const cancel = clock.after(Math.max(0, limitMs), () => limit.abort(new DOMException('The audit is over', 'TimeoutError')))
    try {
      return await work(AbortSignal.any([signal, limit.signal]))
    } finally {
      cancel()
    }
  }

  /** From the miner itself, or from whoever has the block; null when nobody serves it. */
  const fetchTranscript = async (
    { miner, subject, transcript }: PendingAudit,
    signal: AbortSignal
  ): Promise<Uint8Array | null> => {
    const { maxFrameBytes } = AUDIT_LIMITS
    try {
      const request = encodeAuditRequest(subject)
      const protocol = streamProtocol(networkId, 'audit')
      for await (const block of network.request(miner, protocol, request, { signal, maxResponseBytes: maxFrameBytes })) {
        return block
      }
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('A miner did not serve a transcript over its stream', { subject, error: errorMessage(error) })
    }
    return await store.get(transcript, { providers: [miner], maxBytes: MAX_TRANSCRIPT_BYTES, signal }).catch(() => null)
  }

  /** Paid work goes first, but not for ever: an audit that is missed is as good as none. */
  const untilFree = (limitMs: number, signal: AbortSignal): Promise<void> =>
    within(limitMs, signal, init.untilIdle).catch(() => signal.throwIfAborted())

  const find = async (audit: PendingAudit, randomness: Uint8Array, endMs: number, signal: AbortSignal): Promise<AuditFinding> => {
    const block = await within(fetchMs, signal, (limited) => fetchTranscript(audit, limited)).catch(() => null)
    signal.throwIfAborted()
    await untilFree((endMs - clock.now()) / 2, signal)
    return await auditResult({ answer: audit, block, randomness, engine, verifier, signal })
  }

  /** Finds a vote and promises it; what comes back tells it when its time has come. */
  const promise = async (audit: PendingAudit, draw: EpochDraw, signal: AbortSignal): Promise<() => Promise<void>> => {
    const { miner, round, subject } = audit
    const endMs = draw.cutoffMs + params.audit.windowMs * PROMISE_SHARE
    const found = await within(endMs - clock.now(), signal, (limited) => find(audit, draw.randomness, endMs, limited))
    const { reason, sample, vote, window } = found
    const reveal = { subject, miner, round, salt: randomBytes(32), vote, window, sample }
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
        logger.info('An audit found fault with an answer', { subject, miner, vote, reason, window })
      }
    }
  }

  const take = async (commit: CommittedEpoch, blockHash: CommittedEpoch['digest'], signal: AbortSignal): Promise<void> => {
    const draw = await within(fetchMs, signal, (limited) =>
      loadDraw({ chain, store, params: params.audit }, commit, blockHash, limited)
    )
    for (const audit of draw.drawn) {
      const { auditors, miner, subject, transcript } = audit
      if (miner === self) {
        init.track(openPlant(audit, draw, signal))
        served.set(subject, { transcript, auditors: [...(served.get(subject)?.auditors ?? []), ...auditors] })
      }
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
      const openMs = draw.cutoffMs + params.audit.windowMs * PLANT_SHARE
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

  const follow = async (signal: AbortSignal): Promise<void> => {
    let waiting: CommittedEpoch[] = []
    const look = async (): Promise<void> => {
      const due = waiting
      waiting = []
      for (const commit of due) {
        const block = await chain.block(drawBlockOf(commit.block.number, params.epoch.confirmationDepth), { signal })
        if (block === null) {
          waiting.push(commit)
        } else {
          init.track(take(commit, block.hash, signal))
        }
      }
    }
    const from = (await chain.head({ signal })).number
    for await (const event of chain.follow(from, { signal })) {
      if (event.type === 'epoch') {
        waiting = [...waiting, event.commit].slice(-2)
      } else if (event.type === 'reorg') {
        waiting = waiting.filter(({ block }) => block.number <= event.ancestor.number)
      }
      await look()
    }
  }

  return {
    transcriptFor(subject, auditor) {
      const answer = served.get(subject)
      return answer?.auditors.includes(auditor) === true ? answer.transcript : null
    },
    async run(signal) {
      while (!signal.aborted && params.audit.auditors > 0) {
        try {
          await follow(signal)
        } catch (error) {
          if (!signal.aborted) {
            logger.warn('The chain could not be followed for audits; trying again', { error: errorMessage(error) })
            await clock.sleep(RETRY_MS, { signal }).catch(() => {})
          }
        }
      }
    }
  }
}
