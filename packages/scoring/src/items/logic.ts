import { flip, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { word } = ANSWER_TOKENS

type Operator = 'and' | 'or'

const OPERATORS: readonly Operator[] = ['and', 'or']

const apply = (operator: Operator, x: boolean, y: boolean): boolean => (operator === 'and' ? x && y : x || y)

export const LOGIC: readonly ItemTemplate[] = [
  {
    name: 'two-values',
    maxTokens: word,
    draw(rng) {
      const [x, y, negated] = [flip(rng), flip(rng), flip(rng)]
      const operator = pick(rng, OPERATORS)
      // "not" binds to the first value only.
      return {
        question: `What is ${negated ? 'not ' : ''}${x} ${operator} ${y}?`,
        answer: `${apply(operator, negated ? !x : x, y)}`
      }
    }
  },
  {
    name: 'three-values',
    maxTokens: word,
    draw(rng) {
      const [x, y, z, negated] = [flip(rng), flip(rng), flip(rng), flip(rng)]
      const [inner, outer] = [pick(rng, OPERATORS), pick(rng, OPERATORS)]
      return {
        question: `What is (${x} ${inner} ${y}) ${outer} ${negated ? 'not ' : ''}${z}?`,
        answer: `${apply(outer, apply(inner, x, y), negated ? !z : z)}`
      }
    }
  },
  {
    name: 'implies',
    maxTokens: word,
    draw(rng) {
      const [premise, conclusion] = [flip(rng), flip(rng)]
      return { question: `Is "${premise} implies ${conclusion}" true or false?`, answer: `${!premise || conclusion}` }
    }
  }
]
