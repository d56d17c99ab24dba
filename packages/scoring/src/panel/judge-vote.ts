import type { ChatMessage } from '@cortensor/interface'
import { quotedText } from './quoted-text.js'
import { RUBRIC } from './rubric.js'

/** What a judge says of two answers in one order; null for anything but one of the words that were asked for. */
export type JudgeWord = 'A' | 'B' | 'TIE' | null

/** What it says of two answers. `abstain`: it changed its mind with the order, or said nothing that counts. */
export type PairChoice = 'first' | 'second' | 'tie' | 'abstain'

/** Enough for the longest word that counts, in any tokenizer. */
export const JUDGE_MAX_TOKENS = 8

/** The question to a judge about two answers. An ordinary task for any chat model. */
export function judgeMessages(question: string, a: string, b: string): ChatMessage[] {
  const parts = [
    RUBRIC.text,
    quotedText('Q', question),
    quotedText('A', a),
    quotedText('B', b),
    'Which one is better: A, B or TIE?'
  ]
  return [{ role: 'user', content: parts.join('\n') }]
}

/** One word and nothing else, but for white space, case and a full stop. */
export function parseJudgeWord(text: string): JudgeWord {
  const word = /^\s*(A|B|TIE)\.?\s*$/i.exec(text)?.[1]?.toUpperCase()
  return word === 'A' || word === 'B' || word === 'TIE' ? word : null
}

/** A judge sees each pair twice: first one first, then the other way round. */
export function pairChoice(word: JudgeWord, swapped: JudgeWord): PairChoice {
  if (word === 'TIE' && swapped === 'TIE') {
    return 'tie'
  }
  if (word === 'A' && swapped === 'B') {
    return 'first'
  }
  return word === 'B' && swapped === 'A' ? 'second' : 'abstain'
}

/** Two answers, by their numbers. */
export interface AnswerPair {
  first: number
  second: number
}

/** All pairs of so many answers. Each takes two questions to each judge. */
export const answerPairs = (answers: number): AnswerPair[] =>
  Array.from({ length: answers }, (_, first) =>
    Array.from({ length: answers - first - 1 }, (_, i) => ({ first, second: first + 1 + i }))
  ).flat()
