import { bytesToHex32 } from '@cortensor/crypto'
import type { Address, NodeId } from '@cortensor/interface'
import {
  answersDigest,
  authoredOf,
  type NodeSkill,
  type NodeThroughput,
  type OutcomeStatus,
  type QuizOutcome,
  type RoundReveal,
  roundCommitment,
  roundSeed,
  type ShownAnswers,
  type TemplateCalibration
} from '@cortensor/protocols'
import { authorOperators } from '../authoring/authored-rounds.js'
import { challengePlace, isOpenAnswerer, openChallenge } from '../items/open-challenge.js'
import { askedItems } from '../items/quiz-items.js'
import { quizRequest } from '../items/quiz-request.js'
import { sortedBy } from '../order.js'
import { agreementsOf, type OpenAnswer } from './agreements.js'
import { type OffsetOf, offsetsOf } from './calibrations.js'
import { type CountAnswersInit, countAnswers, type RoundAnswers } from './counted-answers.js'
import {
  type AskedFor,
  type AskedNode,
  calibratedItems,
  type MarkedAnswers,
  type MarkedItem,
  markAnswers,
  openAnswerOf,
  scoresOf,
  throughputOf
} from './marked-answers.js'
import { askedAbility } from './skills.js'
import type { ItemOf } from './types.js'

export interface OutcomesInit extends CountAnswersInit {
  payable: ReadonlyMap<NodeId, Address>
  /** Of every node that is bound. */
  operators: ReadonlyMap<NodeId, Address>
  /** Of the state before, by node. */
  skills: ReadonlyMap<NodeId, readonly NodeSkill[]>
  /** Of the state before: how much is asked of a node in any case follows from them. */
  throughputs: readonly NodeThroughput[]
  /** Of the state before: what an answer counts follows from them, what is asked does not. */
  calibrations: readonly TemplateCalibration[]
}

/** An outcome with the items that count as asked. */
export interface ScoredOutcome {
  outcome: QuizOutcome
  marked: readonly MarkedItem[]
  /** To the open challenge, where it is compared with others; null otherwise. */
  said: string | null
}

/** How every payable miner that precommitted in time did, by round and miner. */
export function scoreRounds(init: OutcomesInit): ScoredOutcome[] {
  const answers = countAnswers(init)
  const throughputs = new Map(init.throughputs.map(({ answeredTokens, node }) => [node, answeredTokens]))
  const before = { ...init, answeredOf: (miner: NodeId) => throughputs.get(miner) ?? 0, offsetOf: offsetsOf(init.calibrations) }
  const outcomes = init.rounds.flatMap((one) => scoreRound(one, answers(one.roundId), before))
  return sortedBy(
    outcomes,
    ({ outcome }) => outcome.roundId,
    ({ outcome }) => outcome.miner
  )
}

/** What a round's answers are held against. */
interface Before extends Pick<OutcomesInit, 'operators' | 'params' | 'payable' | 'skills'> {
  /** How much a node got through lately, in tokens. */
  answeredOf: (miner: NodeId) => number
  offsetOf: OffsetOf
}

function scoreRound({ round, roundId }: ItemOf<'round'>, { heard, late }: RoundAnswers, before: Before): ScoredOutcome[] {
  const { answeredOf, offsetOf, operators, params, payable, skills } = before
  const askedOf = (miner: NodeId): AskedNode => {
    return { miner, round, abilityOf: askedAbility(skills.get(miner) ?? [], round.epoch) }
  }
  const unheard = late.map((miner): ScoredOutcome => {
    const [scores, throughput] = [scoresOf(askedOf(miner), []), throughputOf(round, [])]
    return {
      outcome: { roundId, miner, model: null, status: 'late', scores, throughput, shown: null, agreement: null },
      marked: [],
      said: null
    }
  })
  const opened: OpenAnswer[] = []
  // Their nodes could have known the question before, and with their answers others would be compared.
  const authors = authorOperators(authoredOf(round), operators)
  const scored = heard.map(({ commitments, miner, reveals }): ScoredOutcome => {
    const asked = askedOf(miner)
    const askedFor: AskedFor = (items, answered) => askedItems(round, items, answered, answeredOf(miner))
    const { marked, open, ...judged } = judge(asked, askedFor, commitments, reveals, params)
    const isOwn = authors.has(payable.get(miner) as Address)
    const said = isOwn ? null : open
    opened.push(...(said === null ? [] : [{ node: miner, text: said }]))
    const counted = marked.items.slice(0, marked.asked)
    const [scores, throughput] = [scoresOf(asked, counted), throughputOf(round, marked.items)]
    return {
      outcome: { ...{ roundId, miner, ...judged, scores, throughput }, agreement: null },
      marked: calibratedItems(counted, offsetOf),
      said
    }
  })
  const agreements = agreementsOf(round, opened)
  const compared = scored.map(({ marked, outcome, said }): ScoredOutcome => {
    const agreement = agreements.get(outcome.miner) ?? null
    return { outcome: { ...outcome, agreement }, marked, said: agreement === null ? null : said }
  })
  return [...compared, ...unheard]
}

/** Without a proper reveal every item counts as wrong: hiding a bad round must not be better than showing it. */
function judge(
  asked: AskedNode,
  askedFor: AskedFor,
  commitments: ReadonlySet<string>,
  reveals: readonly ItemOf<'answer-reveal'>[],
  params: OutcomesInit['params']
): Pick<QuizOutcome, 'model' | 'shown' | 'status'> & { marked: MarkedAnswers; open: string | null } {
  const unanswered = (status: OutcomeStatus) => {
    return { model: null, status, marked: markAnswers(asked, [], askedFor), shown: null, open: null }
  }
  // Two different precommits of one round: whatever is revealed, one of them is false.
  if (commitments.size > 1) {
    return unanswered('false_reveal')
  }
  const opening = reveals.find(({ reveal }) => commitments.has(roundCommitment(asked.miner, reveal)))
  if (opening === undefined) {
    return unanswered(reveals.length === 0 ? 'no_reveal' : 'false_reveal')
  }
  const { answers } = opening.reveal
  const marked = markAnswers(asked, answers, askedFor)
  const offered = challengePlace(asked.round) + (isOpenAnswerer(asked.round, asked.miner, params) ? 1 : 0)
  if (answers.some(({ item }) => item >= offered)) {
    return unanswered('malformed')
  }
  const shown = shownAnswers(asked, marked.items, opening.reveal)
  return { model: opening.reveal.modelId, status: 'scored', marked, shown, open: openAnswerOf(asked.round, answers) }
}

/** What the transcript of these answers has to say. */
function shownAnswers(
  { round }: AskedNode,
  marked: readonly MarkedItem[],
  { answers, salt, transcript }: RoundReveal
): ShownAnswers | null {
  const seed = roundSeed(round)
  const asked = answers.flatMap(({ item: position, text }) => {
    const item = position === challengePlace(round) ? openChallenge(round) : marked[position]?.item
    return item === undefined ? [] : [{ ...quizRequest(item, seed, position), text }]
  })
  return asked.length === 0 ? null : { transcript, count: asked.length, digest: answersDigest(asked), salt: bytesToHex32(salt) }
}
