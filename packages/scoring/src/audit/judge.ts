import type { AuditParams } from '@cortensor/config'
import type { NodeId, UnixMs } from '@cortensor/interface'
import { MIN_PROOF_TOKENS } from '@cortensor/proofs'
import {
  type AnswerSource,
  type AuditOutcome,
  type AuditReveal,
  type AuditVerdict,
  auditCommitment,
  type CountedVote,
  isSameSample,
  type LedgerState,
  type PendingAudit
} from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ExclusionList } from '../report/exclusions.js'
import type { SightedItems } from '../report/sighted-items.js'
import type { AuditDraw } from './draw.js'
import { openPlants } from './plants.js'

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

type Told = Pick<AuditReveal, 'isExact' | 'vote' | 'window' | 'sample'>

const subjectKey = ({ miner, round, subject }: Pick<PendingAudit, 'miner' | 'round' | 'subject'>): string =>
  `${subject}/${miner}/${round}`

interface OpenedVotes {
  of(audit: PendingAudit, auditor: NodeId): Told | null
  hasPromised(audit: PendingAudit, auditor: NodeId): boolean
}

/** Votes that were promised before anybody told one, by subject and auditor. */
function openVotes({ draw, exclusions, items, witnesses }: JudgeInit): OpenedVotes {
  const auditors = new Map(draw.drawn.map((audit) => [subjectKey(audit), audit.auditors]))
  const isRightful = (item: { sender: NodeId } & Pick<PendingAudit, 'miner' | 'round' | 'subject'>): boolean =>
    auditors.get(subjectKey(item))?.includes(item.sender) === true
  const promises = new Set<string>()
  const promised = new Set<string>()
  for (const item of items.of('audit-precommit')) {
    if (!isRightful(item)) {
      exclusions.add([item], 'not_allowed')
    } else if (items.witnesses(item) < witnesses) {
      exclusions.add([item], 'late')
    } else {
      promises.add(`${item.sender}/${item.commitment}`)
      promised.add(`${subjectKey(item)}/${item.sender}`)
    }
  }
  const told = new Map<string, Told>()
  for (const item of items.of('audit-reveal')) {
    const key = `${subjectKey(item)}/${item.sender}`
    if (!isRightful(item)) {
      exclusions.add([item], 'not_allowed')
    } else if (!promises.has(`${item.sender}/${auditCommitment(item.sender, item.reveal)}`)) {
      exclusions.add([item], 'mismatch')
    } else if (items.witnesses(item) < witnesses) {
      exclusions.add([item], 'late')
    } else if (told.has(key)) {
      exclusions.add([item], 'duplicate')
    } else {
      told.set(key, item.reveal)
    }
  }
  return {
    of: (audit, auditor) => told.get(`${subjectKey(audit)}/${auditor}`) ?? null,
    hasPromised: (audit, auditor) => promised.has(`${subjectKey(audit)}/${auditor}`)
  }
}

/** Ends the audits that can be ended: all auditors have told their votes, or their time is over. */
export function judgeAudits(init: JudgeInit): JudgedAudits {
  const { cutoffMs, draw, params } = init
  const opened = openVotes(init)
  const planted = openPlants({ ...init, audits: draw.drawn.filter(({ round }) => round === 0) })
  const audits = draw.undecided.map((audit) => undecided(audit))
  const pending: PendingAudit[] = []
  for (const audit of draw.drawn) {
    const told = audit.auditors.map((auditor) => ({ auditor, told: opened.of(audit, auditor) }))
    if (told.some((each) => each.told === null) && cutoffMs < audit.drawnMs + params.windowMs) {
      pending.push(audit)
      continue
    }
    const isPlanted = audit.isPlanted || planted.has(audit)
    const votes = told.map(({ auditor, told: own }): CountedVote => {
      const untold = opened.hasPromised(audit, auditor) ? 'untold' : 'missing'
      return { auditor, vote: own?.vote ?? untold }
    })
    const verdict =
      audit.round === 0
        ? firstVerdict(
            votes,
            told.flatMap((each) => each.told ?? []),
            isPlanted,
            params
          )
        : disputeVerdict(votes, audit.earlier)
    const isUpheld =
      verdict === 'invalid' && audit.round === 1 && !isPlanted && params.exactWindows && audit.source.type === 'task'
    const exactWindow = isUpheld ? exactWindowOf(told.flatMap((each) => each.told ?? [])) : null
    if (verdict === 'dispute') {
      const earlier = votes.map((vote, i) => ({ ...vote, sample: told[i]?.told?.sample ?? new Uint8Array() }))
      pending.push({ ...audit, round: 1, auditors: [], drawnMs: 0, isPlanted, earlier })
    } else {
      const window = told.find((each) => each.told?.vote === 'invalid' && each.told.window !== null)?.told?.window ?? null
      audits.push(
        outcomeOf(
          { ...audit, isPlanted },
          verdict,
          provedVotes(audit, verdict, votes, told),
          exactWindow ?? (verdict === 'invalid' ? window : null),
          exactWindow !== null
        )
      )
    }
  }
  const inOrder = <T extends Pick<PendingAudit, 'subject' | 'miner'>>(rows: readonly T[]): T[] =>
    sortedBy(
      rows,
      ({ subject }) => subject,
      ({ miner }) => miner
    )
  return { audits: inOrder(audits), pending: inOrder(pending) }
}

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

const count = (votes: readonly CountedVote[], vote: CountedVote['vote']): number =>
  votes.filter((each) => each.vote === vote).length

/** Votes of those who found the answer false, or were shown nothing that they could have found false. */
const countAgainst = (votes: readonly CountedVote[]): number => count(votes, 'invalid') + count(votes, 'withheld')

/** Who saw the answer knows more of it than who did not; and what two have seen, nobody takes back by showing it to no others. */
function refusalOf(votes: readonly CountedVote[]): AuditVerdict {
  const seen = count(votes, 'invalid')
  return seen >= 2 || seen >= count(votes, 'withheld') ? 'invalid' : 'withheld'
}

const isUnanimous = (votes: readonly CountedVote[]): boolean =>
  countAgainst(votes) >= 2 && count(votes, 'valid') + count(votes, 'inconclusive') === 0

/** A dispute that nobody else can judge ends as its first round did, if that agreed. */
const undecided = (audit: PendingAudit): AuditOutcome =>
  outcomeOf(
    audit,
    isUnanimous(audit.earlier) ? refusalOf(audit.earlier) : 'inconclusive',
    audit.earlier.map(toCounted),
    null,
    false
  )

const toCounted = ({ auditor, vote }: CountedVote): CountedVote => ({ auditor, vote })

/**
 * The votes of both rounds. Where a dispute finds an answer valid, everybody who found it valid must show what the others show: a sample
 * that fits no other is made up.
 */
function provedVotes(
  { earlier }: PendingAudit,
  verdict: AuditVerdict,
  votes: readonly CountedVote[],
  told: readonly { told: Told | null }[]
): CountedVote[] {
  const own = votes.map((vote, i) => ({ ...vote, sample: told[i]?.told?.sample ?? new Uint8Array() }))
  const all = [...earlier, ...own]
  return all.map((vote) => {
    const others = all.filter((other) => other !== vote && other.vote === 'valid')
    const isAlone = others.length >= 2 && !others.some(({ sample }) => isSameSample(sample, vote.sample))
    return verdict === 'valid' && vote.vote === 'valid' && isAlone ? { auditor: vote.auditor, vote: 'unproved' } : toCounted(vote)
  })
}

/** One auditor alone takes nobody's fee, and two that agree on an answer must have computed the same. */
function firstVerdict(
  votes: readonly CountedVote[],
  told: readonly Told[],
  isPlanted: boolean,
  { exactWindows }: Pick<AuditParams, 'exactWindows'>
): AuditVerdict | 'dispute' {
  const against = countAgainst(votes)
  const valid = count(votes, 'valid')
  const inconclusive = count(votes, 'inconclusive')
  if (isUnanimous(votes)) {
    // Stake is at stake: others must find the same window.
    return exactWindows && !isPlanted && told.some(({ isExact }) => isExact) ? 'dispute' : refusalOf(votes)
  }
  const untold = count(votes, 'untold')
  if (isPlanted && against > 0 && valid + untold === 0) {
    return refusalOf(votes)
  }
  // Who finds a plant valid, or would rather not say, has not looked; or its miner has not spoilt it. Others must say which.
  if (against > 0 || (isPlanted && valid + untold > 0)) {
    return 'dispute'
  }
  const [first, ...others] = told.filter(({ vote }) => vote === 'valid')
  if (first !== undefined) {
    return others.every(({ sample }) => isSameSample(first.sample, sample)) ? 'valid' : 'dispute'
  }
  return inconclusive > 0 ? 'inconclusive' : 'unaudited'
}

/** Two of three; where fewer agree, what the first round agreed on. */
function disputeVerdict(votes: readonly CountedVote[], earlier: readonly CountedVote[]): AuditVerdict {
  if (countAgainst(votes) >= 2) {
    return refusalOf([...earlier, ...votes])
  }
  return count(votes, 'valid') >= 2 ? 'valid' : isUnanimous(earlier) ? refusalOf(earlier) : 'inconclusive'
}

/** The window that two auditors of a dispute find false to the last bit; null when there is none. */
function exactWindowOf(told: readonly Told[]): number | null {
  const windows = told.flatMap(({ isExact, vote, window }) => (isExact && vote === 'invalid' && window !== null ? [window] : []))
  return windows.find((window, i) => windows.indexOf(window) !== i) ?? null
}
