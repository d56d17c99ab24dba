import { UNIT_PAIRS } from './data/measures.js'
import { pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { word } = ANSWER_TOKENS

export const UNITS: readonly ItemTemplate[] = [
  {
    name: 'to-small',
    maxTokens: word,
    difficultyMilli: -250,
    draw(rng) {
      const { small, big, factor } = pick(rng, UNIT_PAIRS)
      const amount = rng.int(1, 20)
      const question = pick(rng, [`How many ${small} are in ${amount} ${big}?`, `Convert ${amount} ${big} to ${small}.`])
      return { question, answer: `${amount * factor} ${small}` }
    }
  },
  {
    name: 'to-big',
    maxTokens: word,
    difficultyMilli: 300,
    draw(rng) {
      const { small, big, factor } = pick(rng, UNIT_PAIRS)
      const amount = rng.int(1, 20)
      return { question: `Convert ${amount * factor} ${small} to ${big}.`, answer: `${amount} ${big}` }
    }
  }
]
