import type { NetworkParams } from '@cortensor/config'
import { bytesToHex32 } from '@cortensor/crypto'
import type { Address, NodeId } from '@cortensor/interface'
import {
  answersDigest,
  authoredOf,
  type CategoryScore,
  type ExclusionReason,
  type NodeSkill,
  type NodeThroughput,
  type OutcomeStatus,
  type QuizOutcome,
  type RoundOpen,
  type RoundReveal,
  roundCommitment,
  roundSeed,
  type ShownAnswers,
  type TemplateCalibration,
  type Throughput
} from '@cortensor/protocols'
import { authorOperators } from '../authoring/authored-rounds.js'
import { isCorrect } from '../items/check-answer.js'
import { challengePlace, isOpenAnswerer, openChallenge } from '../items/open-challenge.js'
import { type AbilityOf, askedItems, type QuizItem, quizItems, workOf } from '../items/quiz-items.js'
import { quizRequest } from '../items/quiz-request.js'
import { sortedBy } from '../order.js'
import { isAnswerer } from '../rounds/answerers.js'
import { agreementsOf, type OpenAnswer } from './agreements.js'
import { type OffsetOf, offsetsOf } from './calibrations.js'
import type { ExclusionList } from './exclusions.js'
import type { SightedItems } from './sighted-items.js'
import { askedAbility } from './skills.js'
import type { ItemOf } from './types.js'

export interface OutcomesInit {
  items: SightedItems
  rounds: readonly ItemOf<'round'>[]
  payable: ReadonlyMap<NodeId, Address>
  /** Of every node that is bound. */
  operators: ReadonlyMap<NodeId, Address>
  /** Of the state before, by node. */
  skills: ReadonlyMap<NodeId, readonly NodeSkill[]>
  /** Of the state before: how much is asked of a node in any case follows from them. */
  throughputs: readonly NodeThroughput[]
  /** Of the state before: what an answer counts follows from them, what is asked does not. */
  calibrations: readonly TemplateCalibration[]
  exclusions: ExclusionList
  params: Pick<NetworkParams, 'quiz'>
  /** So many observers must have had a message in time; each keeps late ones out of its observation. */
  witnesses: number
}

/** One item, and what came of it. */
export interface MarkedItem {
  item: QuizItem
  /** Null for an item without an answer. */
  text: string | null
  isRight: boolean
}

/** An outcome with the items that count as asked. */
export interface ScoredOutcome {
  outcome: QuizOutcome
  marked: readonly MarkedItem[]
}

/** The answers of one node in one round. */
export interface MarkedAnswers {
  /** By their places in the round, to the last one that was answered or asked. */
  items: readonly MarkedItem[]
  /** So many of them count for what the node knows; answers to the others are work alone. */
  asked: number
}

/** How every payable miner that precommitted in time did, by round and miner. */
export function scoreRounds(init: OutcomesInit): ScoredOutcome[] {
  const counted = new Map<string, RoundOpen>(init.rounds.map(({ roundId, round }) => [roundId, round]))
  const reasonOf = (item: ItemOf<'answer-precommit'> | ItemOf<'answer-reveal'>): ExclusionReason | null => {
    const round = counted.get(item.roundId)
    if (round === undefined) {
      return 'incomplete'
    }
    if (!isAnswerer(round, item.sender, init.params)) {
      return 'not_allowed'
    }
    if (init.items.witnesses(item) < init.witnesses) {
      return 'late'
    }
    return init.payable.has(item.sender) ? null : 'unknown_node'
  }
  const isCounted = (item: ItemOf<'answer-precommit'> | ItemOf<'answer-reveal'>): boolean => {
    const reason = reasonOf(item)
    if (reason !== null) {
      init.exclusions.add([item], reason)
    }
    return reason === null
  }
  const answerKey = ({ roundId, sender }: { roundId: string; sender: NodeId }): string => `${roundId}/${sender}`
  const tooLate = init.items.of('answer-precommit').filter((item) => reasonOf(item) === 'late' && init.payable.has(item.sender))
  const precommits = Map.groupBy(init.items.of('answer-precommit').filter(isCounted), ({ roundId }) => roundId)
  const reveals = Map.groupBy(init.items.of('answer-reveal').filter(isCounted), answerKey)

  const offsetOf = offsetsOf(init.calibrations)
  const known = new Map(init.throughputs.map(({ answeredTokens, node }) => [node, answeredTokens]))
  const askedOf = (miner: NodeId, round: RoundOpen): AskedNode => ({
    miner,
    round,
    abilityOf: askedAbility(init.skills.get(miner) ?? [], round.epoch)
  })
  const late = Map.groupBy(tooLate, ({ roundId }) => roundId)
  const outcomes = init.rounds.flatMap(({ roundId, round }) => {
    const byMiner = Map.groupBy(precommits.get(roundId) ?? [], ({ sender }) => sender)
    const missed = new Set((late.get(roundId) ?? []).map(({ sender }) => sender).filter((sender) => !byMiner.has(sender)))
    const unheard = [...missed].map((miner): ScoredOutcome => {
      const scores = scoresOf(askedOf(miner, round), [])
      const throughput = throughputOf(round, [])
      return {
        outcome: { roundId, miner, model: null, status: 'late', scores, throughput, shown: null, agreement: null },
        marked: []
      }
    })
    const opened: OpenAnswer[] = []
    // Their nodes could have known the question before, and with their answers others would be compared.
    const authors = authorOperators(authoredOf(round), init.operators)
    const heard = [...byMiner].map(([miner, own]): ScoredOutcome => {
      const revealed = reveals.get(answerKey({ roundId, sender: miner })) ?? []
      reveals.delete(answerKey({ roundId, sender: miner }))
      const asked = askedOf(miner, round)
      const askedFor: AskedFor = (items, answered) => askedItems(round, items, answered, known.get(miner) ?? 0)
      const commitments = new Set(own.map(({ commitment }) => commitment))
      const { marked, open, ...judged } = judge(asked, askedFor, commitments, revealed, init.params)
      const isOwn = authors.has(init.payable.get(miner) as Address)
      opened.push(...(open === null || isOwn ? [] : [{ node: miner, text: open }]))
      const counted = marked.items.slice(0, marked.asked)
      const [scores, throughput] = [scoresOf(asked, counted), throughputOf(round, marked.items)]
      return {
        outcome: { ...{ roundId, miner, ...judged, scores, throughput }, agreement: null },
        marked: calibratedItems(counted, offsetOf)
      }
    })
    const agreements = agreementsOf(round, opened)
    const compared = heard.map(({ marked, outcome }): ScoredOutcome => {
      return { outcome: { ...outcome, agreement: agreements.get(outcome.miner) ?? null }, marked }
    })
    return [...compared, ...unheard]
  })
  // Nothing was promised before them.
  init.exclusions.add([...reveals.values()].flat(), 'incomplete')
  return sortedBy(
    outcomes,
    ({ outcome }) => outcome.roundId,
    ({ outcome }) => outcome.miner
  )
}

/** Items as difficult as answers have shown them to be. */
export const calibratedItems = (marked: readonly MarkedItem[], offsetOf: OffsetOf): MarkedItem[] =>
  marked.map((one) => ({ ...one, item: { ...one.item, difficultyMilli: one.item.difficultyMilli + offsetOf(one.item) } }))

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

/** A node in a round. */
export interface AskedNode {
  miner: NodeId
  round: RoundOpen
  /** What its items were chosen by. */
  abilityOf: AbilityOf
}

/** What was said to the open challenge; null where nothing was. */
export const openAnswerOf = (round: RoundOpen, answers: RoundReveal['answers']): string | null =>
  answers.find(({ item }) => item === challengePlace(round))?.text ?? null

/** How many items count as asked of who answered those in these places. */
export type AskedFor = (items: readonly QuizItem[], answered: ReadonlySet<number>) => number

/** What a node answered to its items. One that counts as asked and was not answered is wrong. */
export function markAnswers(
  { abilityOf, miner, round }: AskedNode,
  answers: RoundReveal['answers'],
  askedFor: AskedFor
): MarkedAnswers {
  const texts = new Map(answers.map(({ item, text }) => [item, text]))
  const items = quizItems(roundSeed(round), miner, round, abilityOf)
  const answered = new Set(texts.keys())
  const asked = askedFor(items, answered)
  const reached = answers.reduce((most, { item }) => Math.max(most, item + 1), asked)
  const marked = items.slice(0, reached).map((item, position) => {
    const text = texts.get(position) ?? null
    return { item, text, isRight: text !== null && isCorrect(item, text) }
  })
  return { items: marked, asked }
}

const workIn = (marked: readonly MarkedItem[]): number => marked.reduce((sum, { item }) => sum + workOf(item), 0)

/**
 * How much a node got through, apart from how much of it was right; null in a liveness round. Every answer counts, whatever was left out before
 * it: items that were begun and not ended would otherwise take more from a machine under one name than under several. An answer without a word
 * is none.
 */
export function throughputOf({ level }: Pick<RoundOpen, 'level'>, marked: readonly MarkedItem[]): Throughput | null {
  if (level !== 2) {
    return null
  }
  const answered = marked.filter(({ text }) => text !== null && text.trim() !== '')
  return { answeredTokens: workIn(answered), rightTokens: workIn(answered.filter(({ isRight }) => isRight)) }
}

/** In the order of the round's categories. */
export function scoresOf(
  { abilityOf, round }: Pick<AskedNode, 'abilityOf' | 'round'>,
  marked: readonly MarkedItem[]
): CategoryScore[] {
  return round.categories.map((category) => {
    const own = marked.filter(({ item }) => item.category === category)
    const correct = own.filter(({ isRight }) => isRight).length
    return { category, asked: own.length, correct, abilityMilli: abilityOf(category) }
  })
}
