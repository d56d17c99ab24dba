import type { Rng } from '@cortensor/interface'
import { COUNTRIES } from './data/countries.js'
import { FIRST_NAMES, GOODS } from './data/people.js'
import { ORDINALS } from './data/planets.js'
import { EVERYDAY_WORDS } from './data/words.js'
import { drawDistinct, drawNumbers, pick } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, word, words, sentence } = ANSWER_TOKENS

interface Person {
  name: string
  age: number
  city: string
}

const CITIES = COUNTRIES.map(({ capital }) => capital)

const drawPeople = (rng: Rng, count: number): Person[] =>
  drawDistinct(rng, FIRST_NAMES, count).map((name) => ({ name, age: rng.int(10, 99), city: pick(rng, CITIES) }))

const introduced = ({ name, age, city }: Person): string => `${name} is ${age} years old and lives in ${city}.`

function nextWord(rng: Rng, least: number, most: number): Exercise {
  const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(least, most))
  const at = rng.int(0, list.length - 2)
  return {
    question: `Which word follows ${list[at]} in: ${list.join(' ')}?`,
    answer: list[at + 1] as string,
    parameters: { words: list.length }
  }
}

export const EXTRACTION: readonly ItemTemplate[] = [
  {
    name: 'person',
    maxTokens: word,
    difficultyMilli: 450,
    harderMilli: { city: 470 },
    draw(rng) {
      const [person] = drawPeople(rng, 1) as [Person]
      const field = pick(rng, ['name', 'age', 'city'] as const)
      const parameters = { city: field === 'city' ? 1 : 0 }
      return { question: `${introduced(person)} Extract the ${field}.`, answer: `${person[field]}`, parameters }
    }
  },
  {
    name: 'one-of-two',
    maxTokens: word,
    difficultyMilli: 1000,
    draw(rng) {
      const people = drawPeople(rng, 2)
      const { name, age, city } = pick(rng, people)
      const [asked, answer] = pick(rng, [['How old is', `${age}`] as const, ['In which city is', city] as const])
      return { question: `${people.map(introduced).join(' ')} ${asked} ${name}?`, answer }
    }
  },
  {
    name: 'purchase',
    maxTokens: word,
    difficultyMilli: 1750,
    calibrated: false,
    draw(rng) {
      const purchase = {
        buyer: pick(rng, FIRST_NAMES),
        goods: pick(rng, GOODS),
        count: rng.int(2, 99),
        price: rng.int(10, 999),
        order: rng.int(1_000, 9_999)
      }
      const { buyer, goods, count, price, order } = purchase
      const field = pick(rng, ['buyer', 'goods', 'count', 'price', 'order'] as const)
      return {
        question: `Order ${order}: ${buyer} bought ${count} ${goods} for ${price} dollars. Extract the ${field}.`,
        answer: `${purchase[field]}`
      }
    }
  },
  {
    name: 'number',
    maxTokens: number,
    difficultyMilli: -800,
    draw(rng) {
      const value = rng.int(0, 99)
      return { question: `Extract the numbers: ${pick(rng, EVERYDAY_WORDS)} ${value}`, answer: `${value}` }
    }
  },
  {
    name: 'numbers',
    maxTokens: words,
    difficultyMilli: -150,
    harderMilli: { numbers: 580 },
    draw(rng) {
      const numbers = drawNumbers(rng, rng.int(2, 4), 99)
      const before = drawDistinct(rng, EVERYDAY_WORDS, numbers.length)
      return {
        question: `Extract the numbers: ${numbers.map((value, i) => `${before[i]} ${value}`).join(' ')}`,
        answer: numbers.join(', '),
        parameters: { numbers: numbers.length }
      }
    }
  },
  {
    name: 'next-word',
    maxTokens: word,
    difficultyMilli: 450,
    harderMilli: { words: 190 },
    draw: (rng) => nextWord(rng, 3, 6)
  },
  {
    name: 'next-word-long',
    maxTokens: word,
    difficultyMilli: -700,
    harderMilli: { words: 245 },
    calibrated: false,
    draw: (rng) => nextWord(rng, 7, 9)
  },
  {
    name: 'word-at',
    maxTokens: word,
    difficultyMilli: 100,
    harderMilli: { place: 340 },
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(5, 6))
      const place = rng.int(1, list.length)
      return {
        question: `What is the ${ORDINALS[place - 1]} word of: ${list.join(' ')}?`,
        answer: list[place - 1] as string,
        parameters: { place }
      }
    }
  },
  {
    name: 'length',
    maxTokens: number,
    difficultyMilli: -400,
    harderMilli: { words: 115 },
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(2, 6))
      return {
        question: `How many words are in: ${list.join(' ')}?`,
        answer: `${list.length}`,
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'records',
    maxTokens: sentence,
    difficultyMilli: 150,
    calibrated: false,
    draw(rng) {
      const people = drawPeople(rng, 2)
      const records = people.map(({ name, age, city }) => `name: ${name}, age: ${age}, city: ${city}`)
      return { question: `${people.map(introduced).join(' ')} Extract the records.`, answer: `${records.join('; ')}.` }
    }
  }
]
