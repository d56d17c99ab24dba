import { pick } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, sentence } = ANSWER_TOKENS

/** The schoolbook sum, digit by digit: the whole working is the answer. */
function sumInSteps(a: number, b: number): Exercise {
  const [tensA, tensB] = [Math.floor(a / 10), Math.floor(b / 10)]
  const [onesA, onesB] = [a % 10, b % 10]
  const ones = onesA + onesB
  const carry = ones >= 10 ? 1 : 0
  const steps = [
    `Ones: ${onesA}+${onesB}=${ones}, write ${ones % 10} and carry ${carry}.`,
    `Tens: ${tensA}+${tensB}+${carry}=${tensA + tensB + carry}.`,
    `The answer is ${a + b}.`
  ]
  return { question: `Work out ${a}+${b} step by step.`, answer: steps.join(' ') }
}

export const ARITHMETIC: readonly ItemTemplate[] = [
  {
    name: 'add',
    maxTokens: number,
    draw(rng) {
      const [a, b] = [rng.int(0, 99), rng.int(0, 99)]
      return { question: pick(rng, [`What is ${a}+${b}?`, `${a}+${b}=?`, `Add ${a} and ${b}.`]), answer: `${a + b}` }
    }
  },
  {
    name: 'add-large',
    maxTokens: number,
    draw(rng) {
      const [a, b] = [rng.int(100, 999), rng.int(100, 999)]
      return { question: pick(rng, [`What is ${a}+${b}?`, `${a}+${b}=?`]), answer: `${a + b}` }
    }
  },
  {
    name: 'subtract',
    maxTokens: number,
    draw(rng) {
      const [x, y] = [rng.int(0, 99), rng.int(0, 99)]
      const [a, b] = [Math.max(x, y), Math.min(x, y)]
      return { question: pick(rng, [`What is ${a}-${b}?`, `${a}-${b}=?`, `Subtract ${b} from ${a}.`]), answer: `${a - b}` }
    }
  },
  {
    name: 'multiply',
    maxTokens: number,
    draw(rng) {
      const [a, b] = [rng.int(0, 12), rng.int(0, 12)]
      return { question: pick(rng, [`What is ${a}*${b}?`, `${a}*${b}=?`, `Multiply ${a} by ${b}.`]), answer: `${a * b}` }
    }
  },
  {
    name: 'divide',
    maxTokens: number,
    draw(rng) {
      const [divisor, quotient] = [rng.int(2, 12), rng.int(0, 12)]
      const dividend = divisor * quotient
      const question = pick(rng, [`What is ${dividend}/${divisor}?`, `Divide ${dividend} by ${divisor}.`])
      return { question, answer: `${quotient}` }
    }
  },
  { name: 'steps', maxTokens: sentence, draw: (rng) => sumInSteps(rng.int(11, 99), rng.int(11, 99)) }
]
