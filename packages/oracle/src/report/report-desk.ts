import type { CidString, Committee, NodeId, SessionId, UnixMs } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Anchor, Report } from '@cortensor/protocols'
import { encodeBucket, MAX_BUCKET_BYTES, quorumOf } from '@cortensor/protocols'
import type { DerivedReport, ItemMemo, ReportObservation } from '@cortensor/scoring'
import { checkReport, collectEvidence, cutoffOf, deriveReport, namedSessions, openObservation } from '@cortensor/scoring'
import type { CheckedReport, HeldObservation } from '../agreement/state.js'
import type { OracleComponents } from '../components.js'
import { splitIntoBuckets } from '../evidence/buckets.js'
import type { EvidencePool } from '../evidence/pool.js'
import type { UptimeMeter } from '../evidence/uptime-meter.js'
import { type Head, membersFrom } from '../head.js'
import type { OracleInit } from '../options.js'
import { findAnchor } from './anchor.js'
import type { ReportDesk } from './desk.js'
import { reachableObservations } from './reachable.js'

export interface ReportDeskInit extends OracleInit {
  components: OracleComponents
  pool: EvidencePool
  meter: UptimeMeter
  /** Items that need no opening. */
  known: ItemMemo
}

/** A report of each of the first two views. */
const MAX_RECENT = 2

const membersOf = ({ members }: Committee): NodeId[] => members.map(({ nodeId }) => nodeId)

const toChecked = ({ cid, commit, digest }: DerivedReport): CheckedReport => ({ report: cid, commit, digest })

export function createReportDesk(init: ReportDeskInit): ReportDesk {
  const { chain, clock, logger, signer, store, verifier } = init.components
  const { params } = init
  const derive = init.components.derive ?? deriveReport
  const network = { networkId: init.networkId, chainId: init.chainId, registry: init.registry, verifier, known: init.known }

  /** No block of a report or of its evidence is larger than a bucket. */
  const optionsFor = (providers: readonly NodeId[], signal: AbortSignal) => ({
    providers: providers.filter((nodeId) => nodeId !== signer.nodeId),
    maxBytes: MAX_BUCKET_BYTES,
    signal
  })
  /** Fetches a block and keeps it: an oracle serves what it attests. */
  const fetchAndKeep = async (cid: CidString, providers: readonly NodeId[], signal: AbortSignal): Promise<Uint8Array> => {
    const options = optionsFor(providers, signal)
    await store.pin(cid, options)
    return store.get(cid, { ...options, localOnly: true })
  }
  /** The last ones derived here, oldest first: most likely one of them is what the chain names next. */
  let recent: DerivedReport[] = []
  const keepBlocks = async (derived: DerivedReport, signal: AbortSignal): Promise<void> => {
    // Together: a disk that writes one after the other takes as long for each as for all.
    await Promise.all([...derived.blocks.values()].map((block) => store.put(block, 'dag-cbor', { signal })))
    recent = [...recent.filter(({ cid }) => cid !== derived.cid), derived].slice(-MAX_RECENT)
  }
  const keepBuckets = async (observations: readonly ReportObservation[], providers: readonly NodeId[], signal: AbortSignal) => {
    const buckets = new Set(observations.flatMap(({ observe }) => observe.buckets))
    await Promise.all([...buckets].map((cid) => fetchAndKeep(cid, providers, signal)))
  }
  /** Every bucket once, from those who named it; members are asked when they do not give it. */
  const bucketsOf = (held: readonly HeldObservation[], head: Head, signal: AbortSignal): Map<CidString, Promise<Uint8Array>> => {
    const named = held.flatMap(({ observe, sender }) => observe.buckets.map((cid) => ({ cid, sender })))
    const members = membersOf(head.committee)
    return new Map(
      [...Map.groupBy(named, ({ cid }) => cid)].map(([cid, observers]) => {
        const providers = [...new Set([...observers.map(({ sender }) => sender), ...members])]
        return [cid, fetchAndKeep(cid, providers, signal)]
      })
    )
  }
  const anchorFor = (head: Head, cutoffMs: UnixMs, sessions: readonly SessionId[], signal: AbortSignal): Promise<Anchor> =>
    findAnchor(chain, head, params.epoch.confirmationDepth, cutoffMs, sessions, signal)
  return {
    async observe(signal) {
      const buckets = splitIntoBuckets(init.pool.reportable(clock.now()))
      const blocks = buckets.map((items) => encodeBucket({ version: 1, items }))
      const cids = await Promise.all(blocks.map((block) => store.put(block, 'dag-cbor', { signal })))
      return { timeMs: clock.now(), buckets: cids, measures: init.meter.measures(clock.now()) }
    },
    async derive(held, head, patienceMs, signal) {
      const buckets = bucketsOf(held, head, signal)
      const onLeftOut = ({ sender }: HeldObservation, error: unknown): void =>
        logger.info('An observation is left out', { oracle: sender, error: errorMessage(error) })
      const wait = { clock, patienceMs, quorum: quorumOf(head.committee), onLeftOut }
      const observations = await reachableObservations(held, buckets, wait)
      const evidence = await collectEvidence(
        observations.map((observation) => observation.bytes),
        { ...network, fetch: (cid) => buckets.get(cid) ?? fetchAndKeep(cid, membersOf(head.committee), signal) }
      )
      const sessions = namedSessions(evidence.items, head.state.settlements)
      const anchor = await anchorFor(head, cutoffOf(evidence.observations, head.state), sessions, signal)
      const derived = derive({ ...network, ...head, ...evidence, params, anchor })
      await keepBlocks(derived, signal)
      return toChecked(derived)
    },
    async check(proposed, head, signal) {
      const { committee, instance, laggards } = head
      const providers = membersFrom(committee, { epoch: instance.epoch, laggards, view: proposed.view })
      const options = optionsFor(providers, signal)
      const result = await checkReport({
        ...network,
        // Kept only once it is found good: a liar's blocks are no load for good.
        fetch: (cid) => store.get(cid, options),
        report: proposed.report,
        params,
        derive,
        committee,
        prevState: head.state,
        prevReport: head.prevReport,
        anchorAt: (cutoffMs, sessions) => anchorFor(head, cutoffMs, sessions, signal)
      })
      if (!result.ok || result.derived.digest !== proposed.digest) {
        logger.warn('A proposed report does not fit', {
          epoch: instance.epoch,
          report: proposed.report,
          reason: result.ok ? 'the digest is of another report' : result.reason
        })
        return null
      }
      await keepBlocks(result.derived, signal)
      await keepBuckets(result.evidence.observations, providers, signal)
      return toChecked(result.derived)
    },
    recall: (cid) => recent.find((derived) => derived.cid === cid)?.report ?? null,
    async keep(report: Report, committee: Committee, signal: AbortSignal) {
      const observations = await Promise.all(report.observations.map((bytes) => openObservation(bytes, network)))
      await keepBuckets(observations, membersOf(committee), signal)
    }
  }
}
