import type { Rng } from '@cortensor/interface'
import { UNIT_PAIRS } from './data/measures.js'
import { pick } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { word } = ANSWER_TOKENS

/** Only noughts have to be added to multiply by a power of ten. */
const isPowerOfTen = (factor: number): boolean => Number.isInteger(Math.log10(factor))

const parametersOf = (factor: number, amount: number) => ({ uneven: isPowerOfTen(factor) ? 0 : 1, tens: amount > 10 ? 1 : 0 })

const inSmall = (rng: Rng, least: number, most: number): Exercise => {
  const { small, big, factor } = pick(rng, UNIT_PAIRS)
  const amount = rng.int(least, most)
  const question = pick(rng, [`How many ${small} are in ${amount} ${big}?`, `Convert ${amount} ${big} to ${small}.`])
  return { question, answer: `${amount * factor} ${small}`, parameters: parametersOf(factor, amount) }
}

const inBig = (rng: Rng, least: number, most: number): Exercise => {
  const { small, big, factor } = pick(rng, UNIT_PAIRS)
  const amount = rng.int(least, most)
  return {
    question: `Convert ${amount * factor} ${small} to ${big}.`,
    answer: `${amount} ${big}`,
    parameters: parametersOf(factor, amount)
  }
}

export const UNITS: readonly ItemTemplate[] = [
  {
    name: 'to-small',
    maxTokens: word,
    difficultyMilli: -900,
    harderMilli: { uneven: 805, tens: 195 },
    draw: (rng) => inSmall(rng, 1, 20)
  },
  {
    name: 'to-big',
    maxTokens: word,
    difficultyMilli: -400,
    harderMilli: { uneven: 500, tens: 15 },
    draw: (rng) => inBig(rng, 1, 20)
  },
  { name: 'one', maxTokens: word, difficultyMilli: -300, harderMilli: { uneven: 315 }, draw: (rng) => inSmall(rng, 1, 1) },
  {
    name: 'to-small-large',
    maxTokens: word,
    difficultyMilli: 450,
    harderMilli: { uneven: 1035 },
    calibrated: false,
    draw: (rng) => inSmall(rng, 21, 99)
  },
  {
    name: 'to-big-large',
    maxTokens: word,
    difficultyMilli: 600,
    harderMilli: { uneven: 820 },
    calibrated: false,
    draw: (rng) => inBig(rng, 21, 99)
  }
]
