import type { Rng } from '@cortensor/interface'
import { drawDistinct, drawNumbers, flip } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, word } = ANSWER_TOKENS

const TWO_DIGITS = Array.from({ length: 90 }, (_, i) => i + 10)
const THREE_DIGITS = Array.from({ length: 900 }, (_, i) => i + 100)

/** How far apart numbers may lie: the nearer, the harder. */
const NEARNESS = [90, 20, 6] as const

function drawWithin(rng: Rng, count: number, width: number): number[] {
  const start = rng.int(0, TWO_DIGITS.length - width)
  return drawDistinct(rng, TWO_DIGITS.slice(start, start + width), count)
}

/** 1 for numbers whose first digits do not tell which is larger. */
const areNear = (a: number, b: number): number => (Math.floor(a / 100) === Math.floor(b / 100) ? 1 : 0)

/** How many numbers follow the right one makes it harder to find. */
function utmost(rng: Rng, numbers: readonly number[], parameters: Exercise['parameters'] = {}): Exercise {
  const [asked, found] = flip(rng) ? (['largest', Math.max(...numbers)] as const) : (['smallest', Math.min(...numbers)] as const)
  return {
    question: `Which is the ${asked}: ${numbers.join(', ')}?`,
    answer: `${found}`,
    parameters: { ...parameters, after: numbers.length - 1 - numbers.lastIndexOf(found) }
  }
}

export const COMPARE: readonly ItemTemplate[] = [
  {
    name: 'larger',
    maxTokens: number,
    options: 2,
    difficultyMilli: 600,
    harderMilli: { near: 215 },
    calibrated: false,
    draw(rng) {
      const [a, drawn] = [rng.int(0, 999), rng.int(0, 999)]
      const b = drawn === a ? a + 1 : drawn
      const parameters = { near: areNear(a, b) }
      return flip(rng)
        ? { question: `Which is larger, ${a} or ${b}?`, answer: `${Math.max(a, b)}`, parameters }
        : { question: `Which is smaller, ${a} or ${b}?`, answer: `${Math.min(a, b)}`, parameters }
    }
  },
  {
    name: 'greater-or-less',
    maxTokens: word,
    options: 2,
    difficultyMilli: -100,
    harderMilli: { near: 625 },
    calibrated: false,
    draw(rng) {
      const [a, b] = [rng.int(0, 999), rng.int(0, 999)]
      const parameters = { near: areNear(a, b) }
      return flip(rng)
        ? { question: `Is ${a} greater than ${b}?`, answer: a > b ? 'yes' : 'no', parameters }
        : { question: `Is ${a} less than ${b}?`, answer: a < b ? 'yes' : 'no', parameters }
    }
  },
  {
    name: 'largest',
    maxTokens: number,
    options: 3,
    difficultyMilli: 250,
    harderMilli: { after: -235 },
    draw: (rng) => utmost(rng, drawNumbers(rng, 3, 99))
  },
  {
    name: 'largest-of-four',
    maxTokens: number,
    options: 4,
    difficultyMilli: 400,
    harderMilli: { near: 445, after: 175 },
    draw(rng) {
      const near = rng.int(0, 2)
      return utmost(rng, drawWithin(rng, 4, NEARNESS[near] as number), { near })
    }
  },
  {
    name: 'largest-of-hundreds',
    maxTokens: number,
    options: 4,
    difficultyMilli: 800,
    harderMilli: { after: 455 },
    draw: (rng) => utmost(rng, drawDistinct(rng, THREE_DIGITS, 4))
  },
  {
    name: 'largest-of-six',
    maxTokens: number,
    options: 6,
    difficultyMilli: 700,
    harderMilli: { after: 175 },
    draw: (rng) => utmost(rng, drawDistinct(rng, TWO_DIGITS, 6))
  },
  {
    name: 'parity',
    maxTokens: word,
    options: 2,
    difficultyMilli: -2150,
    draw(rng) {
      const number = rng.int(0, 999)
      return { question: `Is ${number} even or odd?`, answer: number % 2 === 0 ? 'even' : 'odd' }
    }
  }
]
