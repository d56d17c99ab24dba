import type { Address, EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import {
  type AuthoredChallenge,
  type AuthoredRound,
  type AuthorStage,
  authoredOf,
  type LedgerState,
  type NodeHonesty,
  type NodeReputation,
  type QuizOutcome,
  type RoundOpen
} from '@cortensor/protocols'
import { isInAlarm } from '../audit/honesty.js'
import { sortedBy } from '../order.js'
import { assessedAt, UNASSESSED } from '../report/reputations.js'
import { questionsFault, themeFault } from './form.js'

/** Themes that are remembered, so that none comes again soon: some hours of a public network. */
const REMEMBERED = 64

type Known = Pick<LedgerState, 'authored' | 'commissions'>

/**
 * Whether a round may ask what its opening holds, by the state that it builds on, or by the one after: of a liveness round,
 * written by two nodes that were drawn for its epoch, about what was not asked in the epochs before, in the right form.
 * Signatures are checked elsewhere.
 */
export function isRightlyAuthored(round: RoundOpen, known: Known): boolean {
  const challenge = authoredOf(round)
  if (challenge === null) {
    return round.authored.length === 0
  }
  const { creator, preparer, questions, theme } = challenge
  const isDrawn = (stage: AuthorStage, node: NodeId): boolean =>
    known.commissions.some((one) => one.epoch === round.epoch && one.stage === stage && one.node === node)
  const before = known.authored.filter(({ epoch }) => epoch < round.epoch)
  return (
    round.level === 1 &&
    theme.epoch === round.epoch &&
    theme.prev === round.prev &&
    isDrawn('create', creator) &&
    isDrawn('prepare', preparer) &&
    themeFault(theme, before) === null &&
    questionsFault(questions, theme) === null
  )
}

/** Whose nodes gain nothing by an answer: they could have known it before. */
export function authorOperators(
  challenge: Pick<AuthoredChallenge, 'creator' | 'preparer'> | null,
  operators: ReadonlyMap<NodeId, Address>
): ReadonlySet<Address> {
  const own = challenge === null ? [] : [operators.get(challenge.creator), operators.get(challenge.preparer)]
  return new Set(own.filter((operator) => operator !== undefined))
}

export interface CandidatesInit {
  payable: ReadonlyMap<NodeId, Address>
  /** Up for long enough. */
  live: ReadonlySet<NodeId>
  /** After the epoch. */
  reputations: readonly NodeReputation[]
  honesty: readonly NodeHonesty[]
  /** Before it. */
  state: Pick<LedgerState, 'bindings'>
}

/**
 * Who may be drawn to write: qualified or in test, live, and known to have answered a round. Known to the state before, whose
 * randomness draws: an identity that is made when its lot can be computed comes too late.
 */
export function authorCandidates({ honesty, live, payable, reputations, state }: CandidatesInit, epoch: EpochNumber) {
  const assessed = assessedAt({ reputations, honesty }, epoch)
  const known = state.bindings.filter(({ node }) => {
    const { isHonestyInAlarm, rounds, standing } = assessed.get(node) ?? UNASSESSED
    return rounds > 0 && standing !== 'unreliable' && !isHonestyInAlarm && live.has(node) && payable.has(node)
  })
  return new Map(known.map(({ node, operator }) => [node, operator]))
}

export interface AuthoredRoundsInit {
  known: readonly AuthoredRound[]
  /** That an epoch counts, in order. */
  rounds: readonly { roundId: RoundId; round: RoundOpen }[]
  outcomes: readonly QuizOutcome[]
  /** Whom the epoch can pay. */
  payable: ReadonlyMap<NodeId, unknown>
  epoch: EpochNumber
}

/**
 * What rounds have asked that nodes had written, the last of it. It is accepted when a node of somebody else has answered it as
 * most did, once for each theme, and once in an epoch: neither an opening that says it again nor a leader that has friends write
 * for each of its rounds pays anybody again.
 */
export function recordAuthored({ epoch, known, outcomes, payable, rounds }: AuthoredRoundsInit): AuthoredRound[] {
  const answered = new Set(outcomes.filter(({ agreement }) => agreement?.verdict === 'agree').map(({ roundId }) => roundId))
  const themeOf = ({ creator, subTopic, topic }: Pick<AuthoredRound, 'creator' | 'subTopic' | 'topic'>): string =>
    JSON.stringify([creator, topic, subTopic])
  const paid = new Set(known.filter(({ isAccepted }) => isAccepted).map(themeOf))
  let isTaken = false
  const asked = rounds.flatMap(({ round, roundId }): AuthoredRound[] => {
    const challenge = authoredOf(round)
    if (challenge === null) {
      return []
    }
    const { creator, preparer, theme } = challenge
    const { category, subTopic, topic } = theme
    const key = themeOf({ creator, topic, subTopic })
    const isPayable = payable.has(creator) && payable.has(preparer)
    const isAccepted = !isTaken && answered.has(roundId) && isPayable && !paid.has(key)
    isTaken ||= isAccepted
    return [{ epoch, roundId, creator, preparer, category, topic, subTopic, isAccepted }]
  })
  const inOrder = sortedBy(
    [...known, ...asked],
    (row) => row.epoch,
    ({ roundId }) => roundId
  )
  return inOrder.slice(-Math.max(REMEMBERED, asked.length))
}

/** Who is paid for what an epoch's rounds have asked, once for each theme; not those against whom audits speak. */
export function paidAuthors(
  { authored, honesty }: { authored: readonly AuthoredRound[]; honesty: readonly NodeHonesty[] },
  epoch: EpochNumber
): NodeId[] {
  const alarmed = new Set(honesty.filter(isInAlarm).map(({ node }) => node))
  const accepted = authored.filter((row) => row.epoch === epoch && row.isAccepted)
  return accepted.flatMap(({ creator, preparer }) => [creator, preparer]).filter((node) => !alarmed.has(node))
}
