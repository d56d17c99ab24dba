import type { FalseWindow } from '@cortensor/interface'
import { auditedAnswers } from './answers.js'
import type { AuditOutcome, NodeHonesty, PendingAudit } from './audit-types.js'
import { auditRows, honestyRows, pendingRows, slashingRows } from './audits.js'
import { authoredRows, commissionRows } from './authors.js'
import { exclusionRows } from './exclusions.js'
import { observationRows } from './observations.js'
import type { JudgeStanding, OpenPanel, PanelOpinion } from './panel-types.js'
import { judgeRows, opinionRows, panelRows } from './panels.js'
import type { AuthoredRound, Commission, NodeSkill, NodeThroughput, QuizOutcome, TemplateCalibration } from './quiz-types.js'
import { registrationRows } from './registrations.js'
import { failureRows, outcomeRows, resultRows, rewardRows } from './results.js'
import type { RowCodec } from './row-codec.js'
import {
  type DueRow,
  dueRows,
  type SettlementRow,
  sessionRows,
  settlementRows,
  settlementsFromRows,
  settlementsToRows
} from './settlement-rows.js'
import type { AnchoredSession } from './settlements.js'
import { calibrationRows, reputationRows, throughputRows } from './standing.js'
import { bindingRows, consumedRows, cumulativeRows, skillRows } from './state.js'
import type {
  AnchoredRegistration,
  Exclusion,
  LedgerState,
  NodeReputation,
  NodeReward,
  Report,
  ReportedFailure,
  ReportedResult
} from './types.js'

/** What one row of every section is. */
export interface SectionRow {
  observations: Uint8Array
  registrations: AnchoredRegistration
  sessions: AnchoredSession
  results: ReportedResult
  outcomes: QuizOutcome
  audits: AuditOutcome
  opinions: PanelOpinion
  failures: ReportedFailure
  rewards: NodeReward
  exclusions: Exclusion
  bindings: LedgerState['bindings'][number]
  cumulative: LedgerState['cumulative'][number]
  skills: readonly NodeSkill[]
  reputations: NodeReputation
  throughputs: NodeThroughput
  calibrations: TemplateCalibration
  consumed: LedgerState['consumed'][number]
  settlements: SettlementRow
  dues: DueRow
  pending: PendingAudit
  honesty: NodeHonesty
  commissions: Commission
  authored: AuthoredRound
  panels: OpenPanel
  judges: JudgeStanding
  slashings: FalseWindow
}

export type SectionName = keyof SectionRow
export type ReportSections = { [Name in SectionName]: readonly SectionRow[Name][] }

/** A section more is a row type above, an entry here, and its place in a report in the two functions below. */
export const SECTIONS: { readonly [Name in SectionName]: RowCodec<SectionRow[Name]> } = {
  observations: observationRows,
  registrations: registrationRows,
  sessions: sessionRows,
  results: resultRows,
  outcomes: outcomeRows,
  audits: auditRows,
  opinions: opinionRows,
  failures: failureRows,
  rewards: rewardRows,
  exclusions: exclusionRows,
  bindings: bindingRows,
  cumulative: cumulativeRows,
  skills: skillRows,
  reputations: reputationRows,
  throughputs: throughputRows,
  calibrations: calibrationRows,
  consumed: consumedRows,
  settlements: settlementRows,
  dues: dueRows,
  pending: pendingRows,
  honesty: honestyRows,
  commissions: commissionRows,
  authored: authoredRows,
  panels: panelRows,
  judges: judgeRows,
  slashings: slashingRows
}

export const SECTION_NAMES = Object.keys(SECTIONS) as readonly SectionName[]

export const sectionsOf = (report: Report): ReportSections => ({
  observations: report.observations,
  registrations: report.anchor.registrations,
  sessions: report.anchor.sessions,
  results: report.results,
  outcomes: report.outcomes,
  audits: report.audits,
  opinions: report.opinions,
  failures: report.failures,
  rewards: report.rewards,
  exclusions: report.exclusions,
  bindings: report.state.bindings,
  cumulative: report.state.cumulative,
  skills: [...Map.groupBy(report.state.skills, ({ node }) => node).values()],
  reputations: report.state.reputations,
  throughputs: report.state.throughputs,
  calibrations: report.state.calibrations,
  consumed: report.state.consumed,
  ...settlementsToRows(report.state.settlements),
  pending: report.state.pending,
  honesty: report.state.honesty,
  commissions: report.state.commissions,
  authored: report.state.authored,
  panels: report.state.panels,
  judges: report.state.judges,
  slashings: report.state.slashings
})

type Scalars = Omit<
  Report,
  'observations' | 'anchor' | 'results' | 'outcomes' | 'audits' | 'opinions' | 'failures' | 'rewards' | 'exclusions' | 'state'
> & {
  anchor: Report['anchor']['block']
  draw: Report['anchor']['draw']
  funding: Report['anchor']['funding']
  cutoffMs: number
}

export function reportOf(scalars: Scalars, sections: ReportSections): Report {
  const { anchor, cutoffMs, draw, funding, ...rest } = scalars
  return {
    ...rest,
    observations: [...sections.observations],
    anchor: { block: anchor, draw, registrations: [...sections.registrations], sessions: [...sections.sessions], funding },
    results: [...sections.results],
    outcomes: [...sections.outcomes],
    audits: [...sections.audits],
    opinions: [...sections.opinions],
    failures: [...sections.failures],
    rewards: [...sections.rewards],
    exclusions: [...sections.exclusions],
    state: {
      epoch: rest.epoch,
      cutoffMs,
      bindings: [...sections.bindings],
      cumulative: [...sections.cumulative],
      skills: sections.skills.flat(),
      reputations: [...sections.reputations],
      throughputs: [...sections.throughputs],
      calibrations: [...sections.calibrations],
      consumed: [...sections.consumed],
      settlements: settlementsFromRows(sections.settlements, sections.dues),
      reported: auditedAnswers(sections),
      pending: [...sections.pending],
      honesty: [...sections.honesty],
      commissions: [...sections.commissions],
      authored: [...sections.authored],
      panels: [...sections.panels],
      judges: [...sections.judges],
      slashings: [...sections.slashings]
    }
  }
}
