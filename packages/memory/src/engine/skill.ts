import type { ChatMessage, Rng } from '@cortensor/interface'
import type { AnswerFunction } from './options.js'

/** A question that has one right answer. */
export interface KnownQuestion {
  category: string
  answer: string
  /** How likely a model of this skill answers this very question. @default the skill itself */
  chance?: (skill: number) => number
}

export interface SkilledAnswerInit {
  /** Recognises a question, or returns null for any other conversation. */
  recognise: (messages: readonly ChatMessage[]) => KnownQuestion | null
  /** Probability of a right answer to a question of medium difficulty, in [0, 1], by category or for all. */
  skill: number | Readonly<Record<string, number>>
  /** @default the right answer with its characters in reverse and a mark, which no scoring takes */
  wrong?: (question: KnownQuestion, rng: Rng) => string
  /** For everything that is no known question. @default repeats the last message */
  other?: AnswerFunction
}

const reversed = (question: KnownQuestion): string => `${[...question.answer].reverse().join('')}?`

export const repeatLastMessage: AnswerFunction = (messages) => messages.at(-1)?.content ?? ''

/** A model that knows the right answers, and gives them as often as its skill says. Categories that it has no skill for: never. */
export function createSkilledAnswer(init: SkilledAnswerInit): AnswerFunction {
  return (messages, rng, spec) => {
    const question = init.recognise(messages)
    if (question === null) {
      return (init.other ?? repeatLastMessage)(messages, rng, spec)
    }
    const skill = typeof init.skill === 'number' ? init.skill : (init.skill[question.category] ?? 0)
    return rng.next() < (question.chance?.(skill) ?? skill) ? question.answer : (init.wrong ?? reversed)(question, rng)
  }
}
