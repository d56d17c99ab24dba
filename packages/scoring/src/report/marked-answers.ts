import type { NodeId } from '@cortensor/interface'
import type { CategoryScore, RoundOpen, RoundReveal, Throughput } from '@cortensor/protocols'
import { roundSeed } from '@cortensor/protocols'
import { isCorrect } from '../items/check-answer.js'
import { challengePlace } from '../items/open-challenge.js'
import { type AbilityOf, type QuizItem, quizItems, workOf } from '../items/quiz-items.js'
import type { OffsetOf } from './calibrations.js'

/** A node in a round. */
export interface AskedNode {
  miner: NodeId
  round: RoundOpen
  /** What its items were chosen by. */
  abilityOf: AbilityOf
}

/** One item, and what came of it. */
export interface MarkedItem {
  item: QuizItem
  /** Null for an item without an answer. */
  text: string | null
  isRight: boolean
}

/** The answers of one node in one round. */
export interface MarkedAnswers {
  /** By their places in the round, to the last one that was answered or asked. */
  items: readonly MarkedItem[]
  /** So many of them count for what the node knows; answers to the others are work alone. */
  asked: number
}

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

/** Items as difficult as answers have shown them to be. */
export const calibratedItems = (marked: readonly MarkedItem[], offsetOf: OffsetOf): MarkedItem[] =>
  marked.map((one) => ({ ...one, item: { ...one.item, difficultyMilli: one.item.difficultyMilli + offsetOf(one.item) } }))

/** What was said to the open challenge; null where nothing was. */
export const openAnswerOf = (round: RoundOpen, answers: RoundReveal['answers']): string | null =>
  answers.find(({ item }) => item === challengePlace(round))?.text ?? null
