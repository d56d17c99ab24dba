import type { CidString, EpochNumber, ModelId, NodeId, RoundId, UnixMs } from '@cortensor/interface'
import {
  authoredOf,
  type CategoryScore,
  type ExclusionReason,
  type OpenAgreement,
  type OutcomeStatus,
  type QuizCategory,
  type Report,
  type RoundLevel,
  type Throughput
} from '@cortensor/protocols'
import { scoringError } from '../errors.js'
import { challengePlace, openChallenge } from '../items/open-challenge.js'
import { sortedBy } from '../order.js'
import { agreementsOf, type OpenAnswer } from './agreements.js'
import { markedAgain } from './marked-again.js'
import { openAnswerOf } from './marked-answers.js'
import type { ItemOf, OpenedItem } from './types.js'

/** One question to one node, and how its answer was marked. */
export interface ExplainedItem {
  /** Its place in the round. */
  item: number
  category: QuizCategory
  template: string
  question: string
  /** The right answer. */
  answer: string
  difficultyMilli: number
  /** What the node said; null where it said nothing. */
  given: string | null
  isRight: boolean
  /** False where it counts for throughput alone: the node left an item out before it. */
  isAsked: boolean
}

/** How one node did in a round, and the messages that show it, by their envelopes' ids. */
export interface ExplainedAnswers {
  node: NodeId
  model: ModelId | null
  status: OutcomeStatus
  scores: readonly CategoryScore[]
  /** What it got through in a capability round; null in another. */
  throughput: Throughput | null
  items: readonly ExplainedItem[]
  /** Of its answers; null where none were shown. */
  transcript: CidString | null
  precommits: readonly string[]
  reveal: string | null
}

/** Whose words they are. */
export interface ExplainedAuthors {
  creator: NodeId
  preparer: NodeId
}

/** What a round asked besides its items, and how the answers stand to one another. */
export interface ExplainedChallenge {
  /** Null for a question of the catalogue. */
  authors: ExplainedAuthors | null
  question: string
  category: QuizCategory
  /** Its place behind the items. */
  item: number
  answers: readonly (OpenAnswer & OpenAgreement)[]
}

export interface ExplainedRound {
  roundId: RoundId
  /** Of the report that counts it, or says why it does not. */
  epoch: EpochNumber
  /** The oracle that asked. */
  openedBy: NodeId
  openedMs: UnixMs
  level: RoundLevel
  categories: readonly QuizCategory[]
  itemsPerCategory: number
  /** Why it does not count; null when it does. */
  excluded: ExclusionReason | null
  /** Id of the envelope that opened it. */
  opening: string
  /** By node id. */
  answers: readonly ExplainedAnswers[]
  /** Null where nobody answered one. */
  challenge: ExplainedChallenge | null
}

export interface ExplainRoundsInit {
  report: Pick<Report, 'epoch' | 'outcomes' | 'exclusions'>
  /** Everything that the report's observations name. */
  items: readonly OpenedItem[]
}

/** What another epoch has counted, or will. */
const ELSEWHERE: readonly ExclusionReason[] = ['too_early', 'over_limit', 'consumed']

/**
 * The rounds that a report settles, the latest first: who asked, what every node was asked, what it said, and how that was marked, worked
 * out again from the signed messages. Throws `SCORING_LEVEL_UNEXPLAINED` when the report says something else than they do.
 */
export function explainRounds({ items, report }: ExplainRoundsInit): ExplainedRound[] {
  const reasons = new Map(report.exclusions.map(({ item, reason }) => [item, reason]))
  const outcomes = Map.groupBy(report.outcomes, ({ roundId }) => roundId)
  // A node's own messages of a round, so that no outcome looks through all of them.
  const messages = Map.groupBy(items, (item) => ('roundId' in item ? `${item.roundId}/${item.sender}` : ''))
  const evidenceOf: EvidenceOf = (round, miner) => [round, ...(messages.get(`${round.roundId}/${miner}`) ?? [])]
  const openings = items.flatMap((item) => (item.kind === 'round' ? [{ item, excluded: reasons.get(item.id) ?? null }] : []))
  const explained = [...Map.groupBy(openings, ({ item }) => item.roundId).values()].flatMap((same) => {
    // The same round may have been sent in several envelopes; one of them counts.
    const first = same.find(({ excluded }) => excluded === null) ?? same[0]
    return first === undefined || (first.excluded !== null && ELSEWHERE.includes(first.excluded))
      ? []
      : [explainOne(first.item, first.excluded, outcomes.get(first.item.roundId) ?? [], report, evidenceOf)]
  })
  return sortedBy(
    explained,
    ({ openedMs }) => -openedMs,
    ({ roundId }) => roundId
  )
}

type EvidenceOf = (round: ItemOf<'round'>, miner: NodeId) => readonly OpenedItem[]

function explainOne(
  opened: ItemOf<'round'>,
  excluded: ExclusionReason | null,
  outcomes: Report['outcomes'],
  { epoch }: Pick<Report, 'epoch'>,
  evidenceOf: EvidenceOf
): ExplainedRound {
  const { id, round, roundId, sender } = opened
  const { categories, itemsPerCategory, level, openedMs } = round
  const own = excluded === null ? outcomes : []
  const answers = own.map((outcome) => explainAnswers(outcome, evidenceOf(opened, outcome.miner)))
  const challenge = explainChallenge(opened, own, evidenceOf)
  return {
    roundId,
    epoch,
    openedBy: sender,
    openedMs,
    level,
    categories,
    itemsPerCategory,
    excluded,
    opening: id,
    answers,
    challenge
  }
}

function explainChallenge(
  opened: ItemOf<'round'>,
  outcomes: Report['outcomes'],
  evidenceOf: EvidenceOf
): ExplainedChallenge | null {
  const { round, roundId } = opened
  const given = outcomes.flatMap((outcome): OpenAnswer[] => {
    const { reveal } = outcome.status === 'scored' ? markedAgain(outcome, evidenceOf(opened, outcome.miner)) : { reveal: null }
    const text = reveal === null ? null : openAnswerOf(round, reveal.reveal.answers)
    return text === null ? [] : [{ node: outcome.miner, text }]
  })
  const authored = authoredOf(round)
  // Answers of the authors' operators are compared with nobody's. Whose they are, whoever derives the report finds out.
  const compared = new Set(outcomes.filter(({ agreement }) => agreement !== null).map(({ miner }) => miner))
  const agreements = agreementsOf(
    round,
    given.filter(({ node }) => authored === null || compared.has(node))
  )
  for (const { agreement, miner } of outcomes) {
    if (JSON.stringify(agreement) !== JSON.stringify(agreements.get(miner) ?? null)) {
      throw scoringError(
        'SCORING_LEVEL_UNEXPLAINED',
        `Round ${roundId}: the report's agreement of ${miner} is not that of its answer`
      )
    }
  }
  const answers = given.flatMap((one) => {
    const agreement = agreements.get(one.node)
    return agreement === undefined ? [] : [{ ...one, ...agreement }]
  })
  const { category, question } = openChallenge(round)
  const authors = authored === null ? null : { creator: authored.creator, preparer: authored.preparer }
  return answers.length === 0 ? null : { authors, question, category, item: challengePlace(round), answers }
}

function explainAnswers(outcome: Report['outcomes'][number], evidence: readonly OpenedItem[]): ExplainedAnswers {
  const { miner, model, scores, status, throughput } = outcome
  const { behind, marked, precommits, reveal } = markedAgain(outcome, evidence)
  return {
    node: miner,
    model,
    status,
    scores,
    throughput,
    items: [...marked, ...behind]
      .map(({ isRight, item, text }, position): ExplainedItem => {
        const { answer, category, difficultyMilli, question, template } = item
        const isAsked = position < marked.length
        return { item: position, category, template, question, answer, difficultyMilli, given: text, isRight, isAsked }
      })
      .filter(({ given, isAsked }) => isAsked || given !== null),
    transcript: reveal?.reveal.transcript ?? null,
    precommits: precommits.map(({ id }) => id),
    reveal: reveal?.id ?? null
  }
}
