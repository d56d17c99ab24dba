import { COUNTRIES } from './data/countries.js'
import { MONTHS, WEEKDAYS } from './data/dates.js'
import { ELEMENTS } from './data/elements.js'
import { PLANETS } from './data/planets.js'
import { ALPHABET, pick, spaced } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { sentence } = ANSWER_TOKENS

const enumerated = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const LISTS: readonly Exercise[] = [
  { question: 'List the planets in order.', answer: `The planets are ${enumerated(PLANETS)}.` },
  { question: 'List the days of the week.', answer: `The days of the week are ${enumerated(WEEKDAYS)}.` },
  { question: 'List the months of the year.', answer: `The months are ${enumerated(MONTHS.map((month) => month.name))}.` },
  { question: 'Say the alphabet.', answer: spaced(ALPHABET) }
]

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

export const TEXT: readonly ItemTemplate[] = [
  {
    name: 'country',
    maxTokens: sentence,
    draw(rng) {
      const { name, capital, language, continent } = pick(rng, COUNTRIES)
      return {
        question: pick(rng, [`Tell me about ${name}.`, `What do you know about ${name}?`]),
        answer: `${name} is a country in ${continent}. Its capital is ${capital}. People there speak ${language}.`
      }
    }
  },
  {
    name: 'element',
    maxTokens: sentence,
    draw(rng) {
      const { name, symbol, atomicNumber } = pick(rng, ELEMENTS)
      return {
        question: `Tell me about ${name}.`,
        answer: `${capitalised(name)} is a chemical element. Its symbol is ${symbol} and its atomic number is ${atomicNumber}.`
      }
    }
  },
  { name: 'list', maxTokens: sentence, draw: (rng) => pick(rng, LISTS) }
]
