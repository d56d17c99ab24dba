import { COUNTRIES } from './data/countries.js'
import { FIRST_NAMES } from './data/people.js'
import { EVERYDAY_WORDS } from './data/words.js'
import { drawDistinct, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { word, words, sentence } = ANSWER_TOKENS

const FRAMES: readonly (readonly [name: string, open: string, close: string])[] = [
  ['quotes', '"', '"'],
  ['brackets', '(', ')'],
  ['stars', '*', '*']
]

const SEPARATORS: readonly (readonly [name: string, separator: string])[] = [
  ['commas', ', '],
  ['dashes', '-'],
  ['slashes', '/'],
  ['plus signs', '+']
]

export const FORMAT: readonly ItemTemplate[] = [
  {
    name: 'frame',
    maxTokens: word,
    difficultyMilli: 650,
    harderMilli: { quotes: 95 },
    draw(rng) {
      const [name, open, close] = pick(rng, FRAMES)
      const framed = pick(rng, EVERYDAY_WORDS)
      return {
        question: `Write ${framed} in ${name}.`,
        answer: `${open}${framed}${close}`,
        parameters: { quotes: name === 'quotes' ? 1 : 0 }
      }
    }
  },
  {
    name: 'separate',
    maxTokens: words,
    difficultyMilli: 300,
    harderMilli: { words: 400 },
    draw(rng) {
      const [name, separator] = pick(rng, SEPARATORS)
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(2, 5))
      return {
        question: `Join with ${name}: ${list.join(' ')}`,
        answer: list.join(separator),
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'json-list',
    maxTokens: words,
    difficultyMilli: 100,
    harderMilli: { words: 255 },
    draw(rng) {
      const list = drawDistinct(rng, EVERYDAY_WORDS, rng.int(2, 4))
      return {
        question: `Write as a JSON list: ${list.join(' ')}`,
        answer: `[${list.map((entry) => `"${entry}"`).join(', ')}]`,
        parameters: { words: list.length }
      }
    }
  },
  {
    name: 'json-sum',
    maxTokens: words,
    difficultyMilli: 150,
    calibrated: false,
    draw(rng) {
      const [a, b] = [rng.int(0, 99), rng.int(0, 99)]
      return { question: `What is ${a}+${b}? Answer as JSON.`, answer: `{"answer": ${a + b}}` }
    }
  },
  {
    name: 'one-sentence',
    maxTokens: words,
    difficultyMilli: 600,
    draw(rng) {
      const { name, capital } = pick(rng, COUNTRIES)
      return {
        question: `What is the capital of ${name}? Answer in a sentence.`,
        answer: `The capital of ${name} is ${capital}.`
      }
    }
  },
  {
    name: 'times',
    maxTokens: words,
    difficultyMilli: 50,
    harderMilli: { times: 320 },
    draw(rng) {
      const [said, times] = [pick(rng, EVERYDAY_WORDS), rng.int(2, 7)]
      return {
        question: `Say ${said} ${times} times.`,
        answer: Array.from({ length: times }, () => said).join(' '),
        parameters: { times }
      }
    }
  },
  {
    name: 'json-record',
    maxTokens: sentence,
    difficultyMilli: 200,
    calibrated: false,
    draw(rng) {
      const people = drawDistinct(rng, FIRST_NAMES, 3).map((name) => ({ name, age: rng.int(10, 99) }))
      const records = people.map(({ name, age }) => `{"name": "${name}", "age": ${age}}`)
      return {
        question: `Write as JSON: ${people.map(({ name, age }) => `${name} ${age}`).join(', ')}`,
        answer: `[${records.join(', ')}]`
      }
    }
  }
]
