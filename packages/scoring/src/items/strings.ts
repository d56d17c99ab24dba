import { ALPHABET, drawLetters, pick, spaced } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { letters: room, number, word } = ANSWER_TOKENS

/** How likely each place holds the letter that is counted. */
const OFTEN = 0.35

const POSITIONS: readonly { name: string; of(letters: readonly string[]): string | undefined }[] = [
  { name: 'first', of: (letters) => letters[0] },
  { name: 'second', of: (letters) => letters[1] },
  { name: 'last', of: (letters) => letters.at(-1) }
]

export const STRINGS: readonly ItemTemplate[] = [
  {
    name: 'reverse',
    maxTokens: room,
    difficultyMilli: -350,
    harderMilli: { letters: 110 },
    draw(rng) {
      const letters = drawLetters(rng, 3, 6)
      return {
        question: `Reverse: ${spaced(letters)}`,
        answer: spaced(letters.toReversed()),
        parameters: { letters: letters.length }
      }
    }
  },
  {
    name: 'upper-case',
    maxTokens: room,
    difficultyMilli: 400,
    draw(rng) {
      const letters = spaced(drawLetters(rng, 3, 6))
      return { question: `Make upper case: ${letters}`, answer: letters.toUpperCase() }
    }
  },
  {
    name: 'sort',
    maxTokens: room,
    difficultyMilli: -150,
    harderMilli: { letters: 250 },
    draw(rng) {
      const letters = drawLetters(rng, 3, 5)
      return {
        question: `Sort the letters: ${spaced(letters)}`,
        answer: spaced(letters.toSorted()),
        parameters: { letters: letters.length }
      }
    }
  },
  {
    name: 'position',
    maxTokens: word,
    difficultyMilli: 100,
    draw(rng) {
      const letters = drawLetters(rng, 3, 6)
      const position = pick(rng, POSITIONS)
      return { question: `What is the ${position.name} letter of: ${spaced(letters)}?`, answer: position.of(letters) ?? '' }
    }
  },
  {
    name: 'repeat',
    maxTokens: room,
    difficultyMilli: 300,
    harderMilli: { letters: 100 },
    draw(rng) {
      const letters = spaced(drawLetters(rng, 3, 8))
      return { question: `Repeat: ${letters}`, answer: letters, parameters: { letters: (letters.length + 1) / 2 } }
    }
  },
  {
    name: 'occurrences',
    maxTokens: number,
    difficultyMilli: 300,
    harderMilli: { letters: 50 },
    calibrated: false,
    draw(rng) {
      const letter = pick(rng, ALPHABET)
      const letters = Array.from({ length: rng.int(4, 8) }, () => (rng.next() < OFTEN ? letter : pick(rng, ALPHABET)))
      return {
        question: `How many times does ${letter} occur in: ${spaced(letters)}?`,
        answer: `${letters.filter((entry) => entry === letter).length}`,
        parameters: { letters: letters.length }
      }
    }
  }
]
