import { EVERYDAY_WORDS } from './data/words.js'
import { drawDistinct, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { words, sentence } = ANSWER_TOKENS

/** A list of words, from least to most, and what becomes of it. */
const reworded = (
  [least, most]: readonly [number, number],
  asked: string,
  answer: (list: readonly string[]) => readonly string[]
): ItemTemplate['draw'] => {
  return (rng) => {
    const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(least, most))
    return { question: `${asked}: ${list.join(' ')}`, answer: answer(list).join(' '), parameters: { words: list.length } }
  }
}

const TWO_DIGITS = Array.from({ length: 90 }, (_, i) => i + 10)

export const TRANSFORMATION: readonly ItemTemplate[] = [
  {
    name: 'reverse-words',
    maxTokens: words,
    difficultyMilli: -500,
    harderMilli: { words: 245 },
    draw: reworded([2, 5], 'Reverse the words', (list) => list.toReversed())
  },
  {
    name: 'copy',
    maxTokens: words,
    difficultyMilli: 100,
    harderMilli: { words: 155 },
    draw: reworded([1, 5], 'Copy', (list) => list)
  },
  {
    name: 'replace',
    maxTokens: words,
    difficultyMilli: 1400,
    harderMilli: { words: 160 },
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
    difficultyMilli: 1500,
    harderMilli: { words: 35 },
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
    difficultyMilli: 450,
    harderMilli: { words: 280 },
    draw: reworded([1, 2], 'Write in capitals', (list) => list.map((entry) => entry.toUpperCase()))
  },
  {
    name: 'sort-numbers',
    maxTokens: words,
    difficultyMilli: -850,
    harderMilli: { numbers: 690 },
    draw(rng) {
      const numbers = drawDistinct(rng, TWO_DIGITS, rng.int(2, 4))
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
