import type { NetworkParams } from '@cortensor/config'
import {
  type CidString,
  type Committee,
  type EpochCommit,
  errorMessage,
  isCortensorError,
  type SessionId,
  type UnixMs
} from '@cortensor/interface'
import { type Anchor, type LedgerState, loadReport, loadReportRoot, loadSection } from '@cortensor/protocols'
import { collectEvidence, type EvidenceInit } from './collect-evidence.js'
import { deriveReport } from './derive-report.js'
import { firstDifference } from './difference.js'
import { namedSessions } from './fees.js'
import { cutoffOf } from './observations.js'
import type { DerivedReport, ReportEvidence, ReportInput } from './types.js'

export interface CheckReportInit extends EvidenceInit {
  /** The report; its blocks come from `fetch`, as those of the evidence do. */
  report: CidString
  /** What it is said to be the report of; null to check the report alone. @default null */
  commit?: EpochCommit | null
  params: NetworkParams
  /** The committee of the report's epoch. */
  committee: Committee
  /** After the epoch before. */
  prevState: LedgerState
  /** CID of the report before, null for the first. */
  prevReport: CidString | null
  /**
   * What the chain itself says at the block that a report with this cutoff must be anchored in; of sessions, about these at least. What it
   * throws is passed on.
   */
  anchorAt(cutoffMs: UnixMs, sessions: readonly SessionId[]): Promise<Anchor>
  /** How a report is derived; equal inputs give equal reports. @default deriveReport */
  derive?: ((input: ReportInput) => DerivedReport) | undefined
}

export type ReportCheck = { ok: true; derived: DerivedReport; evidence: ReportEvidence } | { ok: false; reason: string }

/**
 * Derives a report again from the signed messages that its observations name, every signature checked, and compares CIDs: equal ones are
 * equal blocks, so that nothing else of an honest report has to be fetched. Of any other one the reason names the first thing that does
 * not fit. Rejects only with what `fetch` and `anchorAt` reject with, because evidence that can not be had proves nothing.
 */
export async function checkReport(init: CheckReportInit): Promise<ReportCheck> {
  const { prevState, report } = init
  try {
    const root = await loadReportRoot(report, init.fetch)
    const evidence = await collectEvidence(await loadSection(root, 'observations', init.fetch), init)
    const sessions = namedSessions(evidence.items, prevState.settlements)
    const anchor = await init.anchorAt(cutoffOf(evidence.observations, prevState), sessions)
    const derived = (init.derive ?? deriveReport)({ ...init, ...evidence, anchor, state: prevState })
    const reason =
      (derived.cid === report ? null : await firstFault(init, derived)) ?? commitDifference(init.commit ?? null, derived.commit)
    return reason === null ? { ok: true, derived, evidence } : { ok: false, reason }
  } catch (error) {
    if (isCortensorError(error) && /^(WIRE|SCORING)_/.test(error.code)) {
      return { ok: false, reason: errorMessage(error) }
    }
    throw error
  }
}

async function firstFault({ fetch, report }: CheckReportInit, derived: DerivedReport): Promise<string> {
  const claimed = await loadReport(report, fetch)
  return firstDifference(claimed, derived.report, '') ?? 'its root is another form of the same report'
}

const commitDifference = (claimed: EpochCommit | null, derived: EpochCommit): string | null =>
  claimed === null ? null : firstDifference(claimed, { ...claimed, ...derived }, 'commit')
