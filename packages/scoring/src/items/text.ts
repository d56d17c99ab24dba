import { COUNTRIES, type Country } from './data/countries.js'
import { MONTHS, WEEKDAYS } from './data/dates.js'
import { ELEMENTS } from './data/elements.js'
import { PLANETS } from './data/planets.js'
import { ALPHABET, drawDistinct, pick, spaced } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { sentence } = ANSWER_TOKENS

const enumerated = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const LISTS: readonly Exercise[] = [
  { question: 'List the planets in order.', answer: `The planets are ${enumerated(PLANETS)}.` },
  { question: 'List the days of the week.', answer: `The days of the week are ${enumerated(WEEKDAYS)}.` },
  { question: 'List the months of the year.', answer: `The months are ${enumerated(MONTHS.map((month) => month.name))}.` },
  { question: 'Say the alphabet.', answer: spaced(ALPHABET) }
]

const aboutCountry = ({ name, capital, language, continent }: Country): string =>
  `${name} is a country in ${continent}. Its capital is ${capital}. People there speak ${language}.`

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

export const TEXT: readonly ItemTemplate[] = [
  {
    name: 'country',
    maxTokens: sentence,
    difficultyMilli: 250,
    draw(rng) {
      const country = pick(rng, COUNTRIES)
      return {
        question: pick(rng, [`Tell me about ${country.name}.`, `What do you know about ${country.name}?`]),
        answer: aboutCountry(country)
      }
    }
  },
  {
    name: 'two-countries',
    maxTokens: sentence,
    difficultyMilli: 100,
    calibrated: false,
    draw(rng) {
      const [one, other] = drawDistinct(rng, COUNTRIES, 2) as [Country, Country]
      return { question: `Tell me about ${one.name} and ${other.name}.`, answer: `${aboutCountry(one)} ${aboutCountry(other)}` }
    }
  },
  {
    name: 'element',
    maxTokens: sentence,
    difficultyMilli: 100,
    draw(rng) {
      const { name, symbol, atomicNumber } = pick(rng, ELEMENTS)
      return {
        question: `Tell me about ${name}.`,
        answer: `${capitalised(name)} is a chemical element. Its symbol is ${symbol} and its atomic number is ${atomicNumber}.`
      }
    }
  },
  { name: 'list', maxTokens: sentence, difficultyMilli: -650, draw: (rng) => pick(rng, LISTS) }
]
