import type { Rng } from '@cortensor/interface'
import { FIRST_NAMES } from './data/people.js'
import { MADE_UP_THINGS } from './data/words.js'
import { drawDistinct, flip, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { word, words } = ANSWER_TOKENS

type Operator = 'and' | 'or'

const OPERATORS: readonly Operator[] = ['and', 'or']

const apply = (operator: Operator, x: boolean, y: boolean): boolean => (operator === 'and' ? x && y : x || y)

const ORDERS: readonly (readonly [more: string, most: string, least: string])[] = [
  ['taller', 'tallest', 'shortest'],
  ['older', 'oldest', 'youngest'],
  ['faster', 'fastest', 'slowest']
]

interface Term {
  text: string
  value: boolean
  isNegated: boolean
}

/** Two values with an operator between them, "not" binding to the first only, that come to this value. */
function drawTerm(rng: Rng, value: boolean): Term {
  for (;;) {
    const [x, y, isNegated, operator] = [flip(rng), flip(rng), flip(rng), pick(rng, OPERATORS)]
    if (apply(operator, isNegated ? !x : x, y) === value) {
      return { text: `${isNegated ? 'not ' : ''}${x} ${operator} ${y}`, value, isNegated }
    }
  }
}

/** Several questions in one: a guess is right as seldom as all of its parts together. */
const severalValues = ({ values, ...template }: Omit<ItemTemplate, 'draw'> & { values: number }): ItemTemplate => ({
  ...template,
  draw(rng) {
    const terms = Array.from({ length: values }, () => drawTerm(rng, flip(rng)))
    return {
      question: `What are: ${terms.map(({ text }) => text).join(', ')}?`,
      answer: terms.map(({ value }) => value).join(', '),
      parameters: { negations: terms.filter(({ isNegated }) => isNegated).length }
    }
  }
})

export const LOGIC: readonly ItemTemplate[] = [
  {
    name: 'two-values',
    maxTokens: word,
    options: 2,
    difficultyMilli: -1950,
    harderMilli: { negations: 320 },
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
    difficultyMilli: -1400,
    harderMilli: { negations: 50 },
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
  severalValues({ name: 'pair', values: 2, options: 4, maxTokens: word, difficultyMilli: 750, harderMilli: { negations: 50 } }),
  severalValues({
    name: 'triple',
    values: 3,
    options: 8,
    maxTokens: words,
    difficultyMilli: 1000,
    harderMilli: { negations: 10 }
  }),
  {
    name: 'implies',
    maxTokens: word,
    options: 2,
    difficultyMilli: -1200,
    draw(rng) {
      const [premise, conclusion] = [flip(rng), flip(rng)]
      return { question: `Is "${premise} implies ${conclusion}" true or false?`, answer: `${!premise || conclusion}` }
    }
  },
  {
    name: 'syllogism',
    maxTokens: word,
    options: 2,
    difficultyMilli: 2200,
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
    difficultyMilli: 2150,
    harderMilli: { swapped: 85 },
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
  },
  {
    name: 'order-of-four',
    maxTokens: word,
    options: 4,
    difficultyMilli: 1300,
    harderMilli: { swapped: 355 },
    calibrated: false,
    draw(rng) {
      const names = drawDistinct(rng, FIRST_NAMES, 4)
      const [more, most, least] = pick(rng, ORDERS)
      const facts = [0, 1, 2].map((i) => `${names[i]} is ${more} than ${names[i + 1]}.`)
      const [asksMost, swapped] = [flip(rng), flip(rng)]
      return {
        question: `${(swapped ? facts.toReversed() : facts).join(' ')} Who is the ${asksMost ? most : least}?`,
        answer: (asksMost ? names[0] : names[3]) as string,
        parameters: { swapped: swapped ? 1 : 0 }
      }
    }
  }
]
