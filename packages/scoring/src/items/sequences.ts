import { ALPHABET, pick } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, word, sentence } = ANSWER_TOKENS

/** Shows four members and asks for the fifth. */
function nextOf(member: (index: number) => string): Exercise {
  return { question: `What comes next: ${[0, 1, 2, 3].map(member).join(', ')}?`, answer: member(4) }
}

export const SEQUENCES: readonly ItemTemplate[] = [
  {
    name: 'rising',
    maxTokens: number,
    difficultyMilli: -150,
    harderMilli: { step: 15 },
    draw(rng) {
      const [step, start] = [rng.int(1, 12), rng.int(0, 40)]
      return { ...nextOf((i) => `${start + step * i}`), parameters: { step } }
    }
  },
  {
    name: 'rising-small',
    maxTokens: number,
    difficultyMilli: -450,
    draw(rng) {
      const [step, start] = [rng.int(1, 2), rng.int(0, 20)]
      return nextOf((i) => `${start + step * i}`)
    }
  },
  {
    name: 'falling',
    maxTokens: number,
    difficultyMilli: -100,
    harderMilli: { step: 50 },
    draw(rng) {
      const [step, start] = [rng.int(1, 9), rng.int(45, 99)]
      return { ...nextOf((i) => `${start - step * i}`), parameters: { step } }
    }
  },
  {
    name: 'multiplied',
    maxTokens: number,
    difficultyMilli: -1200,
    draw(rng) {
      const [factor, start] = [rng.int(2, 3), rng.int(1, 12)]
      return nextOf((i) => `${start * factor ** i}`)
    }
  },
  {
    name: 'letters',
    maxTokens: word,
    difficultyMilli: -1050,
    harderMilli: { step: -50 },
    draw(rng) {
      const step = rng.int(1, 3)
      const start = rng.int(0, ALPHABET.length - 1 - 4 * step)
      return { ...nextOf((i) => ALPHABET[start + step * i] as string), parameters: { step } }
    }
  },
  {
    name: 'count',
    maxTokens: sentence,
    difficultyMilli: 1100,
    harderMilli: { step: 195 },
    calibrated: false,
    draw(rng) {
      const [start, steps, step] = [rng.int(10, 60), rng.int(11, 13), pick(rng, [1, 1, 2, 5])]
      const numbers = Array.from({ length: steps + 1 }, (_, i) => start + step * i)
      return {
        question: `Count from ${start} to ${numbers.at(-1)}${step > 1 ? ` by ${step}` : ''}.`,
        answer: numbers.join(', '),
        parameters: { step }
      }
    }
  }
]
