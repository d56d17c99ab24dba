import type { CidString, Committee } from '@cortensor/interface'
import type { Observe, Report } from '@cortensor/protocols'
import type { AttestedProposal, CheckedReport, HeldObservation } from '../agreement/state.js'
import type { Head } from '../head.js'

/** Where reports are made and checked. */
export interface ReportDesk {
  /** What this oracle holds, with the buckets stored and served. */
  observe(signal: AbortSignal): Promise<Pick<Observe, 'timeMs' | 'buckets' | 'measures'>>
  /**
   * Derives a report from the observations whose buckets can be had, and stores it. Once `patienceMs` are over a quorum of them is enough: a
   * member that names what it does not give holds nobody up.
   */
  derive(observations: readonly HeldObservation[], head: Head, patienceMs: number, signal: AbortSignal): Promise<CheckedReport>
  /**
   * Derives a proposed report again from its evidence, and keeps both when it fits. Null when it does not. The leader of its view is the
   * first who is asked for its blocks.
   */
  check(proposed: AttestedProposal, head: Head, signal: AbortSignal): Promise<CheckedReport | null>
  /** A report that was derived here a short while ago, without its blocks being read again. */
  recall(cid: CidString): Report | null
  /** Makes sure that the evidence of a committed report is served from here too. */
  keep(report: Report, committee: Committee, signal: AbortSignal): Promise<void>
}
