import type { Rng } from '@cortensor/interface'
import { COUNTRIES } from './data/countries.js'
import { ELEMENTS } from './data/elements.js'
import { ORDINALS, PLANETS } from './data/planets.js'
import { COLOR_MIXES, LEG_COUNTS, OPPOSITES, YOUNG_ANIMALS } from './data/words.js'
import { flip, pick } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, word } = ANSWER_TOKENS

/** How many models know a kind of fact, as measured: some follow from others, or have few answers. */
const DIFFICULTIES_MILLI = {
  capital: -600,
  country: -250,
  language: -200,
  continent: -500,
  'language-of-capital': 900,
  'continent-of-capital': 600,
  symbol: -350,
  'atomic-number': -200,
  planet: -150,
  opposite: 250,
  'young-animal': 0,
  legs: -400,
  'color-mix': -200
} as const

type FactName = keyof typeof DIFFICULTIES_MILLI

/** Of two steps: models that know more facts do not always know more of these, so that asking them would blur the order of models. */
const TWO_STEPS: ReadonlySet<FactName> = new Set(['language-of-capital', 'continent-of-capital'])

/** A template over the rows of a table. */
function about<Row>(
  name: FactName,
  maxTokens: number,
  rows: readonly Row[],
  draw: (row: Row, rng: Rng) => Exercise
): ItemTemplate {
  const difficultyMilli = DIFFICULTIES_MILLI[name]
  return { name, maxTokens, difficultyMilli, calibrated: !TWO_STEPS.has(name), draw: (rng) => draw(pick(rng, rows), rng) }
}

const PLANET_ORDER = PLANETS.map((planet, i) => ({ planet, place: ORDINALS[i] as string }))

export const FACTS: readonly ItemTemplate[] = [
  about('capital', word, COUNTRIES, ({ name, capital }, rng) => ({
    question: pick(rng, [`What is the capital of ${name}?`, `Name the capital city of ${name}.`]),
    answer: capital
  })),
  about('country', word, COUNTRIES, ({ name, capital }) => ({
    question: `Which country has the capital ${capital}?`,
    answer: name
  })),
  about('language', word, COUNTRIES, ({ name, language }) => ({
    question: `Which language do people speak in ${name}?`,
    answer: language
  })),
  about('continent', word, COUNTRIES, ({ name, continent }) => ({
    question: `On which continent is ${name}?`,
    answer: continent
  })),
  about('language-of-capital', word, COUNTRIES, ({ capital, language }) => ({
    question: `Which language do people speak in ${capital}?`,
    answer: language
  })),
  about('continent-of-capital', word, COUNTRIES, ({ capital, continent }) => ({
    question: `On which continent is ${capital}?`,
    answer: continent
  })),
  about('symbol', word, ELEMENTS, ({ name, symbol }, rng) =>
    flip(rng)
      ? { question: `What is the chemical symbol of ${name}?`, answer: symbol }
      : { question: `Which element has the symbol ${symbol}?`, answer: name }
  ),
  about('atomic-number', number, ELEMENTS, ({ name, atomicNumber }) => ({
    question: `What is the atomic number of ${name}?`,
    answer: `${atomicNumber}`
  })),
  about('planet', word, PLANET_ORDER, ({ planet, place }, rng) =>
    flip(rng)
      ? { question: `Which planet is ${place} from the Sun?`, answer: planet }
      : { question: `Which number from the Sun is ${planet}?`, answer: place }
  ),
  about('opposite', word, OPPOSITES, ([one, other], rng) =>
    flip(rng)
      ? { question: `What is the opposite of ${one}?`, answer: other }
      : { question: `What is the opposite of ${other}?`, answer: one }
  ),
  about('young-animal', word, YOUNG_ANIMALS, ({ animal, young }) => ({
    question: `What is a young ${animal} called?`,
    answer: young
  })),
  about('legs', number, LEG_COUNTS, ({ animal, legs }) => ({
    question: `How many legs does ${animal} have?`,
    answer: `${legs}`
  })),
  about('color-mix', word, COLOR_MIXES, ({ first, second, mix }) => ({
    question: `Which color do ${first} and ${second} make?`,
    answer: mix
  }))
]
