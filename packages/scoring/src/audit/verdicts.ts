import type { AuditParams } from '@cortensor/config'
import {
  type AuditVerdict,
  type CountedVote,
  type EarlierVote,
  isFoundFalse,
  isSameSample,
  type PendingAudit
} from '@cortensor/protocols'
import type { Told } from './opened-votes.js'

/** The vote of an auditor, with all it said. */
export interface ToldVote extends CountedVote {
  /** Null for an auditor that has told nothing. */
  told: Told | null
}

export const toCounted = ({ auditor, vote }: CountedVote): CountedVote => ({ auditor, vote })

/** As it is kept for a dispute. */
export const toSampled = ({ auditor, told, vote }: ToldVote): EarlierVote => {
  return { auditor, vote, sample: told?.sample ?? new Uint8Array() }
}

const count = (votes: readonly CountedVote[], vote: CountedVote['vote']): number =>
  votes.filter((each) => each.vote === vote).length

/** Votes of those who found the answer false, by whichever tolerance. */
const countFalse = (votes: readonly CountedVote[]): number => votes.filter(({ vote }) => isFoundFalse(vote)).length

/** The same, and of those who were shown nothing that they could have found false. */
const countAgainst = (votes: readonly CountedVote[]): number => countFalse(votes) + count(votes, 'withheld')

/** Who saw the answer knows more of it than who did not; and what two have seen, nobody takes back by showing it to no others. */
export function refusalOf(votes: readonly CountedVote[]): AuditVerdict {
  const seen = countFalse(votes)
  return seen >= 2 || seen >= count(votes, 'withheld') ? 'invalid' : 'withheld'
}

/** Two at least are against the answer, and nobody else has another opinion. */
export const isUnanimous = (votes: readonly CountedVote[]): boolean =>
  countAgainst(votes) >= 2 && count(votes, 'valid') + count(votes, 'inconclusive') === 0

/** One auditor alone takes nobody's fee, and two that agree on an answer must have computed the same. */
export function firstVerdict(
  votes: readonly ToldVote[],
  isPlanted: boolean,
  { exactWindows }: Pick<AuditParams, 'exactWindows'>
): AuditVerdict | 'dispute' {
  if (isUnanimous(votes)) {
    // Stake is at stake: others must find the same window.
    return exactWindows && !isPlanted && votes.some(({ told }) => told?.isExact === true) ? 'dispute' : refusalOf(votes)
  }
  const against = countAgainst(votes)
  const unsaid = count(votes, 'valid') + count(votes, 'untold')
  if (isPlanted && against > 0 && unsaid === 0) {
    return refusalOf(votes)
  }
  // Who finds a plant valid, or would rather not say, has not looked; or its miner has not spoilt it. Others must say which.
  if (against > 0 || (isPlanted && unsaid > 0)) {
    return 'dispute'
  }
  const [first, ...others] = votes.flatMap(({ told }) => (told?.vote === 'valid' ? [told.sample] : []))
  if (first !== undefined) {
    return others.every((sample) => isSameSample(first, sample)) ? 'valid' : 'dispute'
  }
  return count(votes, 'inconclusive') > 0 ? 'inconclusive' : 'unaudited'
}

/** Two of three; where fewer agree, what the first round agreed on. */
export function disputeVerdict(votes: readonly CountedVote[], earlier: readonly CountedVote[]): AuditVerdict {
  if (countAgainst(votes) >= 2) {
    return refusalOf([...earlier, ...votes])
  }
  return count(votes, 'valid') >= 2 ? 'valid' : isUnanimous(earlier) ? refusalOf(earlier) : 'inconclusive'
}

/**
 * The votes of both rounds. Where a dispute finds an answer valid, everybody who found it valid, or false by its own engine alone, must show
 * what the others show: a sample that fits nobody's who found it valid is made up.
 */
export function provedVotes(
  { earlier }: Pick<PendingAudit, 'earlier'>,
  verdict: AuditVerdict,
  votes: readonly ToldVote[]
): CountedVote[] {
  const all = [...earlier, ...votes.map(toSampled)]
  return all.map((vote) => {
    const others = all.filter((other) => other !== vote && other.vote === 'valid')
    const isAlone = others.length >= 2 && !others.some(({ sample }) => isSameSample(sample, vote.sample))
    const mustShow = verdict === 'valid' && (vote.vote === 'valid' || vote.vote === 'strict')
    return mustShow && isAlone ? { auditor: vote.auditor, vote: 'unproved' } : toCounted(vote)
  })
}

/** The windows that auditors found false, each as often as they did. */
const falseWindows = (votes: readonly ToldVote[]) =>
  votes.flatMap(({ told }) =>
    told !== null && isFoundFalse(told.vote) && told.window !== null ? [{ window: told.window, isExact: told.isExact }] : []
  )

/** The first that an auditor names; null when none does. */
export const falseWindowOf = (votes: readonly ToldVote[]): number | null => falseWindows(votes)[0]?.window ?? null

/** The window that two auditors of a dispute find false to the last bit; null when there is none. */
export function exactWindowOf(votes: readonly ToldVote[]): number | null {
  const windows = falseWindows(votes).flatMap(({ isExact, window }) => (isExact ? [window] : []))
  return windows.find((window, i) => windows.indexOf(window) !== i) ?? null
}
