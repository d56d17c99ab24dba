import { pick } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, sentence } = ANSWER_TOKENS

/** How often a digit is carried over in a + b. */
function carriesOf(a: number, b: number): number {
  let [carries, carry] = [0, 0]
  for (let place = 1; place <= Math.max(a, b); place *= 10) {
    carry = (Math.floor(a / place) % 10) + (Math.floor(b / place) % 10) + carry > 9 ? 1 : 0
    carries += carry
  }
  return carries
}

/** From here on a multiplication table is hard. */
const LARGE_FACTOR = 6

const PLACES = ['Ones', 'Tens', 'Hundreds'] as const

const digitOf = (value: number, place: number): number => Math.floor(value / 10 ** place) % 10

/** The schoolbook sum, digit by digit: the whole working is the answer. Both numbers have as many digits as there are places. */
function sumInSteps(a: number, b: number, places: number): Exercise {
  let carry = 0
  const steps = PLACES.slice(0, places).map((name, place) => {
    const added = `${digitOf(a, place)}+${digitOf(b, place)}${place > 0 ? `+${carry}` : ''}`
    const sum = digitOf(a, place) + digitOf(b, place) + carry
    carry = sum > 9 ? 1 : 0
    return place < places - 1 ? `${name}: ${added}=${sum}, write ${sum % 10} and carry ${carry}.` : `${name}: ${added}=${sum}.`
  })
  return {
    question: `Work out ${a}+${b} step by step.`,
    answer: [...steps, `The answer is ${a + b}.`].join(' '),
    parameters: { carries: carriesOf(a, b) }
  }
}

export const ARITHMETIC: readonly ItemTemplate[] = [
  {
    name: 'add',
    maxTokens: number,
    difficultyMilli: -100,
    harderMilli: { carries: -125 },
    draw(rng) {
      const [a, b] = [rng.int(0, 99), rng.int(0, 99)]
      return {
        question: pick(rng, [`What is ${a}+${b}?`, `${a}+${b}=?`, `Add ${a} and ${b}.`]),
        answer: `${a + b}`,
        parameters: { carries: carriesOf(a, b) }
      }
    }
  },
  {
    name: 'add-large',
    maxTokens: number,
    difficultyMilli: 300,
    harderMilli: { carries: 5 },
    draw(rng) {
      const [a, b] = [rng.int(100, 999), rng.int(100, 999)]
      return {
        question: pick(rng, [`What is ${a}+${b}?`, `${a}+${b}=?`]),
        answer: `${a + b}`,
        parameters: { carries: carriesOf(a, b) }
      }
    }
  },
  {
    name: 'add-small',
    maxTokens: number,
    difficultyMilli: 700,
    draw(rng) {
      const [a, b] = [rng.int(0, 9), rng.int(0, 9)]
      return { question: pick(rng, [`What is ${a}+${b}?`, `${a}+${b}=?`, `Add ${a} and ${b}.`]), answer: `${a + b}` }
    }
  },
  {
    name: 'subtract',
    maxTokens: number,
    difficultyMilli: -150,
    harderMilli: { borrows: 325 },
    draw(rng) {
      const [x, y] = [rng.int(0, 99), rng.int(0, 99)]
      const [a, b] = [Math.max(x, y), Math.min(x, y)]
      return {
        question: pick(rng, [`What is ${a}-${b}?`, `${a}-${b}=?`, `Subtract ${b} from ${a}.`]),
        answer: `${a - b}`,
        parameters: { borrows: carriesOf(a - b, b) }
      }
    }
  },
  {
    name: 'multiply',
    maxTokens: number,
    difficultyMilli: -700,
    harderMilli: { large: 180 },
    draw(rng) {
      const [a, b] = [rng.int(0, 12), rng.int(0, 12)]
      return {
        question: pick(rng, [`What is ${a}*${b}?`, `${a}*${b}=?`, `Multiply ${a} by ${b}.`]),
        answer: `${a * b}`,
        parameters: { large: Math.min(a, b) >= LARGE_FACTOR ? 1 : 0 }
      }
    }
  },
  {
    name: 'divide',
    maxTokens: number,
    difficultyMilli: -1000,
    harderMilli: { large: 220 },
    draw(rng) {
      const [divisor, quotient] = [rng.int(2, 12), rng.int(0, 12)]
      const dividend = divisor * quotient
      const question = pick(rng, [`What is ${dividend}/${divisor}?`, `Divide ${dividend} by ${divisor}.`])
      return { question, answer: `${quotient}`, parameters: { large: Math.min(divisor, quotient) >= LARGE_FACTOR ? 1 : 0 } }
    }
  },
  {
    name: 'steps',
    maxTokens: sentence,
    difficultyMilli: -600,
    harderMilli: { carries: 125 },
    draw: (rng) => sumInSteps(rng.int(11, 99), rng.int(11, 99), 2)
  },
  {
    name: 'steps-large',
    maxTokens: sentence,
    difficultyMilli: 250,
    harderMilli: { carries: 100 },
    calibrated: false,
    draw: (rng) => sumInSteps(rng.int(100, 999), rng.int(100, 999), 3)
  }
]
