import { drawLetters, pick, spaced } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { letters: room, word } = ANSWER_TOKENS

const POSITIONS: readonly { name: string; of(letters: readonly string[]): string | undefined }[] = [
  { name: 'first', of: (letters) => letters[0] },
  { name: 'second', of: (letters) => letters[1] },
  { name: 'last', of: (letters) => letters.at(-1) }
]

export const STRINGS: readonly ItemTemplate[] = [
  {
    name: 'reverse',
    maxTokens: room,
    draw(rng) {
      const letters = drawLetters(rng, 3, 6)
      return { question: `Reverse: ${spaced(letters)}`, answer: spaced(letters.toReversed()) }
    }
  },
  {
    name: 'upper-case',
    maxTokens: room,
    draw(rng) {
      const letters = spaced(drawLetters(rng, 3, 6))
      return { question: `Make upper case: ${letters}`, answer: letters.toUpperCase() }
    }
  },
  {
    name: 'sort',
    maxTokens: room,
    draw(rng) {
      const letters = drawLetters(rng, 3, 5)
      return { question: `Sort the letters: ${spaced(letters)}`, answer: spaced(letters.toSorted()) }
    }
  },
  {
    name: 'position',
    maxTokens: word,
    draw(rng) {
      const letters = drawLetters(rng, 3, 6)
      const position = pick(rng, POSITIONS)
      return { question: `What is the ${position.name} letter of: ${spaced(letters)}?`, answer: position.of(letters) ?? '' }
    }
  },
  {
    name: 'repeat',
    maxTokens: room,
    draw(rng) {
      const letters = spaced(drawLetters(rng, 3, 8))
      return { question: `Repeat: ${letters}`, answer: letters }
    }
  }
]
