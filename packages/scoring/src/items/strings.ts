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
    difficultyMilli: -850,
    harderMilli: { letters: 130 },
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
    difficultyMilli: -900,
    harderMilli: { letters: 195 },
    draw(rng) {
      const letters = drawLetters(rng, 3, 6)
      return {
        question: `Make upper case: ${spaced(letters)}`,
        answer: spaced(letters).toUpperCase(),
        parameters: { letters: letters.length }
      }
    }
  },
  {
    name: 'sort',
    maxTokens: room,
    difficultyMilli: -1750,
    harderMilli: { letters: 545 },
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
    difficultyMilli: -400,
    harderMilli: { within: 25 },
    draw(rng) {
      const letters = drawLetters(rng, 3, 6)
      const position = pick(rng, POSITIONS)
      return {
        question: `What is the ${position.name} letter of: ${spaced(letters)}?`,
        answer: position.of(letters) ?? '',
        parameters: { within: position.name === 'second' ? 1 : 0 }
      }
    }
  },
  {
    name: 'repeat',
    maxTokens: room,
    difficultyMilli: -700,
    harderMilli: { letters: 180 },
    draw(rng) {
      const letters = spaced(drawLetters(rng, 3, 8))
      return { question: `Repeat: ${letters}`, answer: letters, parameters: { letters: (letters.length + 1) / 2 } }
    }
  },
  {
    name: 'occurrences',
    maxTokens: number,
    difficultyMilli: 1200,
    harderMilli: { letters: -75 },
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
