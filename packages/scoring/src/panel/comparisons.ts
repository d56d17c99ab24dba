import { domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { type AskedAnswer, CALIBRATION_PAIRS, type OpenPanel } from '@cortensor/protocols'
import { uint64ToBytes } from '@cortensor/utils'
import { calibrationPairs } from './calibration-pairs.js'
import {
  type AnswerPair,
  answerPairs,
  JUDGE_MAX_TOKENS,
  judgeMessages,
  type PairChoice,
  pairChoice,
  parseJudgeWord
} from './judge-vote.js'

type Panel = Pick<OpenPanel, 'answers' | 'judges' | 'question' | 'seed'>

interface Comparison {
  question: string
  answers: readonly [string, string]
}

/** Its own pairs first, and those of the round's answers if it has a seat. */
function comparisonsOf({ answers, judges, question, seed }: Panel, node: NodeId): Comparison[] {
  const pairs = judges.includes(node) ? answerPairs(answers.length) : []
  const textOf = (place: number): string => answers[place]?.text ?? ''
  return [
    ...calibrationPairs(seed, node),
    ...pairs.map(({ first, second }): Comparison => ({ question, answers: [textOf(first), textOf(second)] }))
  ]
}

/** All that a panel asks a judge's model: both orders of every pair, greedily, so that what it says is all its own. */
export const judgeRequests = (panel: Panel, node: NodeId): Omit<AskedAnswer, 'text'>[] =>
  comparisonsOf(panel, node)
    .flatMap(({ answers: [first, second], question }) => [
      judgeMessages(question, first, second),
      judgeMessages(question, second, first)
    ])
    .map((messages, position) => ({
      messages,
      sampling: { maxTokens: JUDGE_MAX_TOKENS, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] },
      seed: domainHash('cortensor/panel-sampling/v1', hex32ToBytes(panel.seed), uint64ToBytes(position))
    }))

/** What a judge's replies come to. */
export interface ReadBallot {
  /** Of its own pairs. */
  right: number
  /** Of all: it changed its mind with the order. */
  turned: number
  /** About the round's answers. */
  choices: (AnswerPair & { choice: PairChoice })[]
}

/** Null where there are not as many replies as were asked for. */
export function readBallot(panel: Panel, node: NodeId, replies: readonly string[]): ReadBallot | null {
  const own = calibrationPairs(panel.seed, node)
  const pairs = panel.judges.includes(node) ? answerPairs(panel.answers.length) : []
  if (replies.length !== 2 * (own.length + pairs.length)) {
    return null
  }
  const words = replies.map(parseJudgeWord)
  const saidOf = (pair: number) => [words[2 * pair] ?? null, words[2 * pair + 1] ?? null] as const
  const choiceOf = (pair: number): PairChoice => pairChoice(...saidOf(pair))
  const all = Array.from({ length: own.length + pairs.length }, (_, pair) => pair)
  return {
    right: own.filter(({ right }, pair) => choiceOf(pair) === right).length,
    turned: all.filter((pair) => choiceOf(pair) === 'abstain' && saidOf(pair).every((word) => word !== null)).length,
    choices: pairs.map((pair, i) => ({ ...pair, choice: choiceOf(CALIBRATION_PAIRS + i) }))
  }
}
