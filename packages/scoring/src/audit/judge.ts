import type { AuditParams } from '@cortensor/config'
import type { UnixMs } from '@cortensor/interface'
import { MIN_PROOF_TOKENS } from '@cortensor/proofs'
import type { AnswerSource, AuditOutcome, AuditVerdict, CountedVote, LedgerState, PendingAudit } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ExclusionList } from '../report/exclusions.js'
import type { SightedItems } from '../report/sighted-items.js'
import type { AuditDraw } from './draw.js'
import { type OpenedVotes, openVotes } from './opened-votes.js'
import { openPlants } from './plants.js'
import {
  disputeVerdict,
  exactWindowOf,
  falseWindowOf,
  firstVerdict,
  isUnanimous,
  provedVotes,
  refusalOf,
  type ToldVote,
  toCounted,
  toSampled
} from './verdicts.js'

export interface JudgeInit {
  /** Before this epoch. */
  state: Pick<LedgerState, 'honesty' | 'reputations'>
  draw: Pick<AuditDraw, 'drawn' | 'undecided'>
  items: SightedItems
  /** Observers that must list a promise and what opens it. */
  witnesses: number
  cutoffMs: UnixMs
  params: AuditParams
  exclusions: ExclusionList
}

export interface JudgedAudits {
  /** Those that are over; by subject, then miner. */
  audits: AuditOutcome[]
  /** Those that are not. */
  pending: PendingAudit[]
}

/** Ends the audits that can be ended: all auditors have told their votes, or their time is over. */
export function judgeAudits(init: JudgeInit): JudgedAudits {
  const { cutoffMs, draw, params } = init
  const opened = openVotes(init)
  const planted = openPlants({ ...init, audits: draw.drawn.filter(({ round }) => round === 0) })
  const audits = draw.undecided.map(undecided)
  const pending: PendingAudit[] = []
  for (const audit of draw.drawn) {
    const votes = votesOf(audit, opened)
    if (votes.some(({ told }) => told === null) && cutoffMs < audit.drawnMs + params.windowMs) {
      pending.push(audit)
      continue
    }
    const known = { ...audit, isPlanted: audit.isPlanted || planted.has(audit) }
    const verdict = verdictOf(known, votes, params)
    if (verdict === 'dispute') {
      pending.push({ ...known, round: 1, auditors: [], drawnMs: 0, earlier: votes.map(toSampled) })
    } else {
      audits.push(ended(known, verdict, votes, params))
    }
  }
  return { audits: inOrder(audits), pending: inOrder(pending) }
}

/** What each auditor said, or that it did not. */
const votesOf = (audit: PendingAudit, opened: OpenedVotes): ToldVote[] =>
  audit.auditors.map((auditor) => {
    const told = opened.of(audit, auditor)
    const untold = opened.hasPromised(audit, auditor) ? 'untold' : 'missing'
    return { auditor, vote: told?.vote ?? untold, told }
  })

const verdictOf = (audit: PendingAudit, votes: readonly ToldVote[], params: AuditParams): AuditVerdict | 'dispute' =>
  audit.round === 0 ? firstVerdict(votes, audit.isPlanted, params) : disputeVerdict(votes, audit.earlier)

function ended(audit: PendingAudit, verdict: AuditVerdict, votes: readonly ToldVote[], params: AuditParams): AuditOutcome {
  const { isPlanted, round, source } = audit
  const isInvalid = verdict === 'invalid'
  const isSlashable = isInvalid && round === 1 && !isPlanted && params.exactWindows && source.type === 'task'
  const exactWindow = isSlashable ? exactWindowOf(votes) : null
  const window = exactWindow ?? (isInvalid ? falseWindowOf(votes) : null)
  return outcomeOf(audit, verdict, provedVotes(audit, verdict, votes), window, exactWindow !== null)
}

const inOrder = <T extends Pick<PendingAudit, 'subject' | 'miner'>>(rows: readonly T[]): T[] =>
  sortedBy(
    rows,
    ({ subject }) => subject,
    ({ miner }) => miner
  )

/**
 * For how many tokens an answer counts. One to a quiz item is a few tokens long and was asked to be measured: it counts as the shortest
 * answer that proves a model.
 */
const weightOf = (source: AnswerSource): number =>
  source.type === 'task' ? source.completionTokens : source.count * MIN_PROOF_TOKENS

const outcomeOf = (
  { fee, isPlanted, miner, session, source, subject }: PendingAudit,
  verdict: AuditVerdict,
  votes: readonly CountedVote[],
  window: number | null,
  isExact: boolean
): AuditOutcome => ({
  ...{ subject, type: source.type, miner, session, fee, tokens: weightOf(source), verdict, isPlanted, window, isExact },
  votes: [...votes]
})

/** A dispute that nobody else can judge ends as its first round did, if that agreed. */
const undecided = (audit: PendingAudit): AuditOutcome =>
  outcomeOf(
    audit,
    isUnanimous(audit.earlier) ? refusalOf(audit.earlier) : 'inconclusive',
    audit.earlier.map(toCounted),
    null,
    false
  )
