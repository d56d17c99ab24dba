import { drawNumbers, flip } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { number, word } = ANSWER_TOKENS

export const COMPARE: readonly ItemTemplate[] = [
  {
    name: 'larger',
    maxTokens: number,
    options: 2,
    difficultyMilli: 900,
    draw(rng) {
      const [a, drawn] = [rng.int(0, 999), rng.int(0, 999)]
      const b = drawn === a ? a + 1 : drawn
      return flip(rng)
        ? { question: `Which is larger, ${a} or ${b}?`, answer: `${Math.max(a, b)}` }
        : { question: `Which is smaller, ${a} or ${b}?`, answer: `${Math.min(a, b)}` }
    }
  },
  {
    name: 'greater-or-less',
    maxTokens: word,
    options: 2,
    difficultyMilli: 100,
    draw(rng) {
      const [a, b] = [rng.int(0, 999), rng.int(0, 999)]
      return flip(rng)
        ? { question: `Is ${a} greater than ${b}?`, answer: a > b ? 'yes' : 'no' }
        : { question: `Is ${a} less than ${b}?`, answer: a < b ? 'yes' : 'no' }
    }
  },
  {
    name: 'largest',
    maxTokens: number,
    options: 3,
    difficultyMilli: 150,
    draw(rng) {
      const numbers = drawNumbers(rng, 3, 99)
      return flip(rng)
        ? { question: `Which is the largest: ${numbers.join(', ')}?`, answer: `${Math.max(...numbers)}` }
        : { question: `Which is the smallest: ${numbers.join(', ')}?`, answer: `${Math.min(...numbers)}` }
    }
  },
  {
    name: 'parity',
    maxTokens: word,
    options: 2,
    difficultyMilli: -1050,
    draw(rng) {
      const number = rng.int(0, 999)
      return { question: `Is ${number} even or odd?`, answer: number % 2 === 0 ? 'even' : 'odd' }
    }
  }
]
