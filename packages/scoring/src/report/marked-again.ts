import type { Report } from '@cortensor/protocols'
import { roundCommitment } from '@cortensor/protocols'
import { scoringError } from '../errors.js'
import type { AbilityOf } from '../items/quiz-items.js'
import { sortedBy } from '../order.js'
import { type AskedFor, type MarkedAnswers, type MarkedItem, markAnswers, scoresOf, throughputOf } from './marked-answers.js'
import type { ItemOf, OpenedItem } from './types.js'

/** The messages behind an outcome, and its items marked again. */
export interface MarkedAgain {
  round: ItemOf<'round'>
  precommits: readonly ItemOf<'answer-precommit'>[]
  /** The one that opens a precommit; null where none does. */
  reveal: ItemOf<'answer-reveal'> | null
  /** Those that count as asked. */
  marked: readonly MarkedItem[]
  /** Answers behind them, by their places: work alone. */
  behind: readonly MarkedItem[]
}

type Outcome = Report['outcomes'][number]

const NOTHING: MarkedAnswers = { items: [], asked: 0 }

/** What an outcome says that its items were chosen by; whoever derives the report finds out whether that is so. */
const statedAbility =
  ({ scores }: Outcome): AbilityOf =>
  (category) =>
    scores.find((score) => score.category === category)?.abilityMilli ?? 0

/** How many of them it says that it counts. */
const statedCount =
  ({ scores }: Outcome): AskedFor =>
  () =>
    scores.reduce((sum, { asked }) => sum + asked, 0)

/** Throws `SCORING_LEVEL_UNEXPLAINED` when the evidence has no such round, or other answers than the outcome's scores say. */
export function markedAgain(outcome: Outcome, items: readonly OpenedItem[]): MarkedAgain {
  const { miner, roundId, status } = outcome
  const own = sortedBy(
    items.filter((item) => 'roundId' in item && item.roundId === roundId && item.sender === miner),
    ({ id }) => id
  )
  const round = items.find((item): item is ItemOf<'round'> => item.kind === 'round' && item.roundId === roundId)
  if (round === undefined) {
    throw scoringError('SCORING_LEVEL_UNEXPLAINED', `The evidence has no round ${roundId}`)
  }
  const precommits = own.filter((item): item is ItemOf<'answer-precommit'> => item.kind === 'answer-precommit')
  const commitments = new Set(precommits.map(({ commitment }) => commitment))
  const reveals = own.filter((item): item is ItemOf<'answer-reveal'> => item.kind === 'answer-reveal')
  const opening = reveals.find(({ reveal }) => commitments.has(roundCommitment(miner, reveal))) ?? null
  const asked = { miner, round: round.round, abilityOf: statedAbility(outcome) }
  // Who was late was not asked anything that counts.
  const answers = status === 'scored' ? (opening?.reveal.answers ?? []) : []
  const all = status === 'late' ? NOTHING : markAnswers(asked, answers, statedCount(outcome))
  const marked = all.items.slice(0, all.asked)
  const found = [scoresOf(asked, marked), throughputOf(round.round, all.items)]
  if (JSON.stringify(found) !== JSON.stringify([outcome.scores, outcome.throughput])) {
    throw scoringError(
      'SCORING_LEVEL_UNEXPLAINED',
      `Round ${roundId}: the report's scores of ${miner} are not those of its answers`
    )
  }
  return { round, precommits, reveal: opening, marked, behind: all.items.slice(all.asked) }
}
