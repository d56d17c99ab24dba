import type { Rng } from '@cortensor/interface'
import type { ItemParams } from '../skill/item-model.js'

/** A question with its only right answer. */
export interface Exercise {
  question: string
  answer: string
  /** What makes this one harder than its template's easiest: the parameters that the difficulty depends on, by name. */
  parameters?: Readonly<Record<string, number>>
}

/**
 * A family of exercises of one kind. Questions must be phrased to the letter as in the built-in models' training text, which
 * `tools/tiny-model` draws from these templates: those models know no other phrasing.
 */
export interface ItemTemplate {
  name: string
  /** Tokens that are enough for every right answer, with room for another tokenizer's cuts. */
  maxTokens: number
  /** Answers to choose from. @default none: the answer is free */
  options?: number
  /** Prior of the difficulty of an exercise whose parameters are all 0. */
  difficultyMilli: number
  /** What one unit of a parameter adds to the difficulty. */
  harderMilli?: Readonly<Record<string, number>>
  /** @default 2500 */
  slopeMilli?: number
  /**
   * False for what no built-in model answers reliably: such items are trained, measured and kept out of rounds.
   *
   * @default true
   */
  calibrated?: boolean
  draw(rng: Rng): Exercise
}

/**
 * Room for answers, in tokens, end of answer included. The longest ones measured with the built-in models' tokenizer: 4 for a number,
 * 7 for a word or a quantity, 8 for single letters, 64 for a sentence or list.
 */
export const ANSWER_TOKENS = { number: 10, word: 16, letters: 20, words: 32, sentence: 72 } as const

/** Templates with this much room ask for answers of about 40 tokens: long enough to check a miner's tokens by replay. */
export const isLongAnswer = (template: ItemTemplate): boolean => template.maxTokens >= ANSWER_TOKENS.sentence

/** Templates that keep a model at work: what capability rounds ask. */
export const isWork = (template: ItemTemplate): boolean => template.maxTokens >= ANSWER_TOKENS.words

export const isCalibrated = (template: ItemTemplate): boolean => template.calibrated ?? true

/**
 * On a scale on which abilities are N(0, 1). Six built-in models that answered 24 questions of every template fit it better than 2 by 48
 * in the logarithm of the posterior, and than 1 by 308; 3 fits another 31 better, which is left as a margin.
 */
const DEFAULT_SLOPE_MILLI = 2_500

/** The item model of one exercise before anybody has answered it, from its template and its parameters. */
export function itemParams(template: ItemTemplate, exercise: Exercise): ItemParams {
  const added = Object.entries(exercise.parameters ?? {}).reduce(
    (sum, [name, value]) => sum + (template.harderMilli?.[name] ?? 0) * value,
    0
  )
  return {
    slopeMilli: template.slopeMilli ?? DEFAULT_SLOPE_MILLI,
    difficultyMilli: template.difficultyMilli + added,
    guessMilli: template.options === undefined ? 0 : Math.round(1_000 / template.options)
  }
}
