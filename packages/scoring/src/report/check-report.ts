import type { NetworkParams } from '@cortensor/config'
import { type CidString, type Committee, type EpochCommit, errorMessage, isCortensorError } from '@cortensor/interface'
import { type Anchor, decodeReport, type LedgerState } from '@cortensor/protocols'
import { equalBytes } from '@cortensor/utils'
import { collectEvidence, type EvidenceInit } from './collect-evidence.js'
import { deriveReport } from './derive-report.js'
import { firstDifference } from './difference.js'
import type { DerivedReport } from './types.js'

export interface CheckReportInit extends EvidenceInit {
  /** The report's block, from whoever had it. */
  block: Uint8Array
  /** What it is said to be the report of; null to check the report alone. @default null */
  commit?: EpochCommit | null
  params: NetworkParams
  /** The committee of the report's epoch. */
  committee: Committee
  /** After the epoch before. */
  prevState: LedgerState
  /** CID of the report before, null for the first. */
  prevReport: CidString | null
  /** What the chain itself says at the block that the report must be anchored in. */
  anchor: Anchor
}

export type ReportCheck = { ok: true; derived: DerivedReport } | { ok: false; reason: string }

/**
 * Derives a report again from the signed messages in it, every signature checked, and compares: the reason names the first thing that
 * does not fit. Rejects only with what `fetch` rejects with, because evidence that can not be had proves nothing.
 */
export async function checkReport(init: CheckReportInit): Promise<ReportCheck> {
  try {
    const claimed = decodeReport(init.block)
    const evidence = await collectEvidence(claimed.observations, init)
    const derived = deriveReport({ ...init, ...evidence, state: init.prevState })
    const commit = init.commit ?? null
    const reason =
      firstDifference(claimed, derived.report, '') ??
      (equalBytes(init.block, derived.block) ? null : 'block is another form of the same report') ??
      (commit === null ? null : firstDifference(commit, { ...commit, ...derived.commit }, 'commit'))
    return reason === null ? { ok: true, derived } : { ok: false, reason }
  } catch (error) {
    if (isCortensorError(error) && /^(WIRE|SCORING)_/.test(error.code)) {
      return { ok: false, reason: errorMessage(error) }
    }
    throw error
  }
}
