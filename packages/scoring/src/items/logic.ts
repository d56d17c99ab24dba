import { FIRST_NAMES } from './data/people.js'
import { MADE_UP_THINGS } from './data/words.js'
import { drawDistinct, flip, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { word } = ANSWER_TOKENS

type Operator = 'and' | 'or'

const OPERATORS: readonly Operator[] = ['and', 'or']

const apply = (operator: Operator, x: boolean, y: boolean): boolean => (operator === 'and' ? x && y : x || y)

const ORDERS: readonly (readonly [more: string, most: string, least: string])[] = [
  ['taller', 'tallest', 'shortest'],
  ['older', 'oldest', 'youngest'],
  ['faster', 'fastest', 'slowest']
]

export const LOGIC: readonly ItemTemplate[] = [
  {
    name: 'two-values',
    maxTokens: word,
    options: 2,
    difficultyMilli: -1000,
    harderMilli: { negations: 140 },
    draw(rng) {
      const [x, y, negated] = [flip(rng), flip(rng), flip(rng)]
      const operator = pick(rng, OPERATORS)
      // "not" binds to the first value only.
      return {
        question: `What is ${negated ? 'not ' : ''}${x} ${operator} ${y}?`,
        answer: `${apply(operator, negated ? !x : x, y)}`,
        parameters: { negations: negated ? 1 : 0 }
      }
    }
  },
  {
    name: 'three-values',
    maxTokens: word,
    options: 2,
    difficultyMilli: -1000,
    harderMilli: { negations: 130 },
    draw(rng) {
      const [x, y, z, negated] = [flip(rng), flip(rng), flip(rng), flip(rng)]
      const [inner, outer] = [pick(rng, OPERATORS), pick(rng, OPERATORS)]
      return {
        question: `What is (${x} ${inner} ${y}) ${outer} ${negated ? 'not ' : ''}${z}?`,
        answer: `${apply(outer, apply(inner, x, y), negated ? !z : z)}`,
        parameters: { negations: negated ? 1 : 0 }
      }
    }
  },
  {
    name: 'implies',
    maxTokens: word,
    options: 2,
    difficultyMilli: -250,
    draw(rng) {
      const [premise, conclusion] = [flip(rng), flip(rng)]
      return { question: `Is "${premise} implies ${conclusion}" true or false?`, answer: `${!premise || conclusion}` }
    }
  },
  {
    name: 'syllogism',
    maxTokens: word,
    options: 2,
    difficultyMilli: 300,
    calibrated: false,
    draw(rng) {
      const [x, y, z] = drawDistinct(rng, MADE_UP_THINGS, 3) as [string, string, string]
      const [asked, answer] = pick(rng, [
        [`Are all ${x} ${z}?`, 'yes'],
        [`Are all ${z} ${x}?`, 'unknown'],
        [`Are all ${y} ${z}?`, 'yes'],
        [`Are all ${y} ${x}?`, 'unknown']
      ] as const)
      return { question: `All ${x} are ${y}. All ${y} are ${z}. ${asked}`, answer }
    }
  },
  {
    name: 'order',
    maxTokens: word,
    options: 3,
    difficultyMilli: 300,
    harderMilli: { swapped: 100 },
    calibrated: false,
    draw(rng) {
      const [x, y, z] = drawDistinct(rng, FIRST_NAMES, 3) as [string, string, string]
      const [more, most, least] = pick(rng, ORDERS)
      const [asksMost, swapped] = [flip(rng), flip(rng)]
      const facts = [`${x} is ${more} than ${y}.`, `${y} is ${more} than ${z}.`]
      return {
        question: `${(swapped ? facts.toReversed() : facts).join(' ')} Who is the ${asksMost ? most : least}?`,
        answer: asksMost ? x : z,
        parameters: { swapped: swapped ? 1 : 0 }
      }
    }
  }
]
