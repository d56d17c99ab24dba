import type { CidString, Committee } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import type { Report } from '@cortensor/protocols'
import { decodeReport, encodeBucket, MAX_BUCKET_BYTES, MAX_REPORT_BYTES } from '@cortensor/protocols'
import type { DerivedReport, EvidenceInit, ReportObservation } from '@cortensor/scoring'
import { checkReport, collectEvidence, cutoffOf, deriveReport, openObservation } from '@cortensor/scoring'
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
}

const toChecked = ({ cid, commit, digest }: DerivedReport): CheckedReport => ({ report: cid, commit, digest })

export function createReportDesk(init: ReportDeskInit): ReportDesk {
  const { chain, clock, logger, signer, store, verifier } = init.components
  const { params } = init
  const network = { networkId: init.networkId, chainId: init.chainId, registry: init.registry, verifier }

  /** Fetches a block and keeps it: an oracle serves what it attests. */
  const fetchAndKeep = (committee: Committee, maxBytes: number, signal: AbortSignal) => {
    const providers = committee.members.map((member) => member.nodeId).filter((nodeId) => nodeId !== signer.nodeId)
    return async (cid: CidString): Promise<Uint8Array> => {
      await store.pin(cid, { providers, maxBytes, signal })
      return store.get(cid, { localOnly: true, maxBytes, signal })
    }
  }
  const evidenceInit = (committee: Committee, signal: AbortSignal): EvidenceInit => ({
    ...network,
    fetch: fetchAndKeep(committee, MAX_BUCKET_BYTES, signal)
  })
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
  const inputFor = async (head: Head, observations: readonly ReportObservation[], signal: AbortSignal) => {
    const cutoffMs = cutoffOf(observations, head.state)
    const anchor = await findAnchor(chain, head, params.epoch.confirmationDepth, cutoffMs, signal)
    return { params, committee: head.committee, prevReport: head.prevReport, anchor }
  }
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
      const input = await inputFor(head, evidence.observations, signal)
      const derived = deriveReport({ ...network, ...input, ...evidence, state: head.state })
      await store.put(derived.block, 'dag-cbor', { signal })
      return toChecked(derived)
    },
    async check(proposed, head, signal) {
      const block = await fetchAndKeep(head.committee, MAX_REPORT_BYTES, signal)(proposed.report)
      const claimed = decodeReport(block)
      const observations = await Promise.all(claimed.observations.map((bytes) => openObservation(bytes, network)))
      const input = await inputFor(head, observations, signal)
      const result = await checkReport({ ...evidenceInit(head.committee, signal), ...input, block, prevState: head.state })
      const isProposed = result.ok && result.derived.cid === proposed.report && result.derived.digest === proposed.digest
      if (!isProposed) {
        logger.warn('A proposed report does not fit', {
          epoch: head.instance.epoch,
          report: proposed.report,
          reason: result.ok ? 'the digest is of another report' : result.reason
        })
        return null
      }
      return toChecked(result.derived)
    },
    async keep(report: Report, committee: Committee, signal: AbortSignal) {
      const fetch = fetchAndKeep(committee, MAX_BUCKET_BYTES, signal)
      const observations = await Promise.all(report.observations.map((bytes) => openObservation(bytes, network)))
      const cids = new Set(observations.flatMap(({ observe }) => observe.buckets))
      await Promise.all([...cids].map(fetch))
    }
  }
}
