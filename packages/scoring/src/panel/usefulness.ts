import type { AnswerPair, PairChoice } from './judge-vote.js'
import { hasWeight, type JudgeRecord } from './judge-weight.js'

export interface JudgeOpinion {
  /** What the judge's model has shown where a program can tell. */
  record: JudgeRecord
  choices: readonly (AnswerPair & { choice: PairChoice })[]
}

export interface UsefulnessInit {
  answers: number
  /** Where a program can mark the answers: one mark an answer. Then no judge is heard. */
  marks?: readonly boolean[] | undefined
  panel: readonly JudgeOpinion[]
}

/**
 * How useful an answer is next to the others. A signal: a panel's score is never a reason to pay or to withhold.
 * `check`: a program marked it. `panel`: the median of judges. `none`: too few judges have both a weight and an opinion.
 */
export interface Usefulness {
  source: 'check' | 'panel' | 'none'
  /** From -1000, worse than all others, to 1000; 0 where nothing is known. */
  scoreMilli: number
}

/** With fewer judges one of them alone would decide. */
export const MIN_PANEL = 3

/** What each answer is worth, as far as it is known. A program's mark always goes before a judge's word. */
export function usefulnessOf({ answers, marks, panel }: UsefulnessInit): Usefulness[] {
  const judges = panel.filter(({ record }) => hasWeight(record))
  return Array.from({ length: answers }, (_, answer): Usefulness => {
    if (marks !== undefined) {
      return { source: 'check', scoreMilli: marks[answer] === true ? 1_000 : -1_000 }
    }
    const scores = judges.map(({ choices }) => scoreOf(answer, choices)).filter((score) => score !== null)
    return scores.length < MIN_PANEL ? { source: 'none', scoreMilli: 0 } : { source: 'panel', scoreMilli: medianOf(scores) }
  })
}

/** Comparisons won less those lost, of all that a judge decided; null where it decided none. */
function scoreOf(answer: number, choices: JudgeOpinion['choices']): number | null {
  const decided = choices.filter(
    ({ choice, first, second }) => choice !== 'abstain' && (first === answer || second === answer) && first !== second
  )
  const points = decided.reduce((sum, { choice, first }) => {
    const own = first === answer ? 'first' : 'second'
    return choice === 'tie' ? sum : sum + (choice === own ? 1 : -1)
  }, 0)
  return decided.length === 0 ? null : Math.trunc((1_000 * points) / decided.length)
}

/** Of an even number the middle between the two in the middle, towards zero. */
function medianOf(scores: readonly number[]): number {
  const sorted = scores.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : Math.trunc(((sorted[half - 1] as number) + upper) / 2)
}
