import { EVERYDAY_WORDS } from './data/words.js'
import { drawDistinct, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { words, sentence } = ANSWER_TOKENS

export const TRANSFORMATION: readonly ItemTemplate[] = [
  {
    name: 'reverse-words',
    maxTokens: words,
    difficultyMilli: -300,
    harderMilli: { words: 160 },
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(2, 5))
      return {
        question: `Reverse the words: ${list.join(' ')}`,
        answer: list.toReversed().join(' '),
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'replace',
    maxTokens: words,
    difficultyMilli: -100,
    harderMilli: { words: 50 },
    calibrated: false,
    draw(rng) {
      const [added, ...list] = drawDistinct(rng, EVERYDAY_WORDS, rng.int(4, 6)) as [string, ...string[]]
      const removed = pick(rng, list)
      return {
        question: `Replace ${removed} with ${added} in: ${list.join(' ')}`,
        answer: list.map((entry) => (entry === removed ? added : entry)).join(' '),
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'remove',
    maxTokens: words,
    difficultyMilli: -100,
    harderMilli: { words: 50 },
    calibrated: false,
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(3, 5))
      const removed = pick(rng, list)
      return {
        question: `Remove ${removed} from: ${list.join(' ')}`,
        answer: list.filter((entry) => entry !== removed).join(' '),
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'capitals',
    maxTokens: words,
    difficultyMilli: 400,
    harderMilli: { words: 180 },
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(1, 2))
      return {
        question: `Write in capitals: ${list.join(' ')}`,
        answer: list.join(' ').toUpperCase(),
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'sort-numbers',
    maxTokens: words,
    difficultyMilli: 150,
    harderMilli: { numbers: 200 },
    draw(rng) {
      const numbers = drawDistinct(
        rng,
        Array.from({ length: 90 }, (_, i) => i + 10),
        rng.int(2, 4)
      )
      return {
        question: `Sort: ${numbers.join(', ')}`,
        answer: numbers.toSorted((a, b) => a - b).join(', '),
        parameters: { numbers: numbers.length }
      }
    }
  },
  {
    name: 'double',
    maxTokens: sentence,
    difficultyMilli: 150,
    harderMilli: { words: 20 },
    calibrated: false,
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(10, 12))
      return {
        question: `Write each word twice: ${list.join(' ')}`,
        answer: `${list.map((entry) => `${entry}, ${entry}`).join('; ')}.`,
        parameters: { words: list.length }
      }
    }
  }
]
