import type { CidString, Committee, SessionId, UnixMs } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Anchor, Report } from '@cortensor/protocols'
import { encodeBucket, MAX_BUCKET_BYTES } from '@cortensor/protocols'
import type { DerivedReport, EvidenceInit, ItemMemo, ReportObservation } from '@cortensor/scoring'
import { checkReport, collectEvidence, cutoffOf, deriveReport, namedSessions, openObservation } from '@cortensor/scoring'
import type { CheckedReport, HeldObservation } from '../agreement/state.js'
import type { OracleComponents } from '../components.js'
import { splitIntoBuckets } from '../evidence/buckets.js'
import type { EvidencePool } from '../evidence/pool.js'
import type { UptimeMeter } from '../evidence/uptime-meter.js'
import type { Head } from '../head.js'
import type { OracleInit } from '../options.js'
import { findAnchor } from './anchor.js'
import type { ReportDesk } from './desk.js'

export interface ReportDeskInit extends OracleInit {
  components: OracleComponents
  pool: EvidencePool
  meter: UptimeMeter
  /** Items that need no opening. */
  known: ItemMemo
}

/** A report of each of the first two views. */
const MAX_RECENT = 2

const toChecked = ({ cid, commit, digest }: DerivedReport): CheckedReport => ({ report: cid, commit, digest })

export function createReportDesk(init: ReportDeskInit): ReportDesk {
  const { chain, clock, logger, signer, store, verifier } = init.components
  const { params } = init
  const derive = init.components.derive ?? deriveReport
  const network = { networkId: init.networkId, chainId: init.chainId, registry: init.registry, verifier, known: init.known }

  /** No block of a report or of its evidence is larger than a bucket. */
  const optionsFor = ({ members }: Committee, signal: AbortSignal) => {
    const providers = members.map((member) => member.nodeId).filter((nodeId) => nodeId !== signer.nodeId)
    return { providers, maxBytes: MAX_BUCKET_BYTES, signal }
  }
  /** Fetches a block and keeps it: an oracle serves what it attests. */
  const fetchAndKeep = (committee: Committee, signal: AbortSignal) => {
    const options = optionsFor(committee, signal)
    return async (cid: CidString): Promise<Uint8Array> => {
      await store.pin(cid, options)
      return store.get(cid, { ...options, localOnly: true })
    }
  }
  const evidenceInit = (committee: Committee, signal: AbortSignal): EvidenceInit => ({
    ...network,
    fetch: fetchAndKeep(committee, signal)
  })
  /** The last ones derived here, oldest first: most likely one of them is what the chain names next. */
  let recent: DerivedReport[] = []
  const keepBlocks = async (derived: DerivedReport, signal: AbortSignal): Promise<void> => {
    for (const block of derived.blocks.values()) {
      await store.put(block, 'dag-cbor', { signal })
    }
    recent = [...recent.filter(({ cid }) => cid !== derived.cid), derived].slice(-MAX_RECENT)
  }
  const keepBuckets = async (observations: readonly ReportObservation[], committee: Committee, signal: AbortSignal) => {
    const fetch = fetchAndKeep(committee, signal)
    await Promise.all([...new Set(observations.flatMap(({ observe }) => observe.buckets))].map(fetch))
  }
  const reachable = async (held: readonly HeldObservation[], head: Head, signal: AbortSignal): Promise<HeldObservation[]> => {
    const { fetch } = evidenceInit(head.committee, signal)
    const outcomes = await Promise.allSettled(held.map(({ observe }) => Promise.all(observe.buckets.map(fetch))))
    return held.filter((observation, i) => {
      const outcome = outcomes[i]
      if (outcome?.status === 'rejected') {
        logger.info('An observation is left out', { oracle: observation.sender, error: errorMessage(outcome.reason) })
      }
      return outcome?.status === 'fulfilled'
    })
  }
  const anchorFor = (head: Head, cutoffMs: UnixMs, sessions: readonly SessionId[], signal: AbortSignal): Promise<Anchor> =>
    findAnchor(chain, head, params.epoch.confirmationDepth, cutoffMs, sessions, signal)
  return {
    async observe(signal) {
      const buckets = splitIntoBuckets(init.pool.reportable(clock.now()))
      const cids: CidString[] = []
      for (const items of buckets) {
        cids.push(await store.put(encodeBucket({ version: 1, items }), 'dag-cbor', { signal }))
      }
      return { timeMs: clock.now(), buckets: cids, measures: init.meter.measures(clock.now()) }
    },
    async derive(held, head, signal) {
      const observations = await reachable(held, head, signal)
      const evidence = await collectEvidence(
        observations.map((observation) => observation.bytes),
        evidenceInit(head.committee, signal)
      )
      const sessions = namedSessions(evidence.items, head.state.settlements)
      const anchor = await anchorFor(head, cutoffOf(evidence.observations, head.state), sessions, signal)
      const derived = derive({ ...network, ...head, ...evidence, params, anchor })
      await keepBlocks(derived, signal)
      return toChecked(derived)
    },
    async check(proposed, head, signal) {
      const options = optionsFor(head.committee, signal)
      const result = await checkReport({
        ...network,
        // Kept only once it is found good: a liar's blocks are no load for good.
        fetch: (cid) => store.get(cid, options),
        report: proposed.report,
        params,
        derive,
        committee: head.committee,
        prevState: head.state,
        prevReport: head.prevReport,
        anchorAt: (cutoffMs, sessions) => anchorFor(head, cutoffMs, sessions, signal)
      })
      if (!result.ok || result.derived.digest !== proposed.digest) {
        logger.warn('A proposed report does not fit', {
          epoch: head.instance.epoch,
          report: proposed.report,
          reason: result.ok ? 'the digest is of another report' : result.reason
        })
        return null
      }
      await keepBlocks(result.derived, signal)
      await keepBuckets(result.evidence.observations, head.committee, signal)
      return toChecked(result.derived)
    },
    recall: (cid) => recent.find((derived) => derived.cid === cid)?.report ?? null,
    async keep(report: Report, committee: Committee, signal: AbortSignal) {
      const observations = await Promise.all(report.observations.map((bytes) => openObservation(bytes, network)))
      await keepBuckets(observations, committee, signal)
    }
  }
}
