import type { Rng } from '@cortensor/interface'

/** A question with its only right answer. */
export interface Exercise {
  question: string
  answer: string
}

/**
 * A family of exercises of one difficulty. Questions must be phrased to the letter as in the built-in models' training text: those
 * models know no other phrasing.
 */
export interface ItemTemplate {
  name: string
  /** Tokens that are enough for every right answer, with room for another tokenizer's cuts. */
  maxTokens: number
  draw(rng: Rng): Exercise
}

/**
 * Room for answers, in tokens, end of answer included. The longest ones measured with the built-in models' tokenizer: 4 for a number,
 * 7 for a word or a quantity, 8 for single letters, 44 for a sentence or list.
 */
export const ANSWER_TOKENS = { number: 10, word: 16, letters: 20, sentence: 72 } as const

/** Templates with this much room ask for answers of about 40 tokens: long enough to check a miner's tokens by replay. */
export const isLongAnswer = (template: ItemTemplate): boolean => template.maxTokens >= ANSWER_TOKENS.sentence
