import type { QuizItem } from './quiz-items.js'

const normalised = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Equal to the letter, but for white space around the answer and how much of it stands between words. */
export function isCorrect(item: Pick<QuizItem, 'answer'>, answer: string): boolean {
  return normalised(answer) === item.answer
}
