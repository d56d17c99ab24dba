import { ALPHABET } from './draws.js'
import { ANSWER_TOKENS, type Exercise, type ItemTemplate } from './template.js'

const { number, word } = ANSWER_TOKENS

/** Shows four members and asks for the fifth. */
function nextOf(member: (index: number) => string): Exercise {
  return { question: `What comes next: ${[0, 1, 2, 3].map(member).join(', ')}?`, answer: member(4) }
}

export const SEQUENCES: readonly ItemTemplate[] = [
  {
    name: 'rising',
    maxTokens: number,
    draw(rng) {
      const [step, start] = [rng.int(1, 12), rng.int(0, 40)]
      return nextOf((i) => `${start + step * i}`)
    }
  },
  {
    name: 'falling',
    maxTokens: number,
    draw(rng) {
      const [step, start] = [rng.int(1, 9), rng.int(45, 99)]
      return nextOf((i) => `${start - step * i}`)
    }
  },
  {
    name: 'multiplied',
    maxTokens: number,
    draw(rng) {
      const [factor, start] = [rng.int(2, 3), rng.int(1, 12)]
      return nextOf((i) => `${start * factor ** i}`)
    }
  },
  {
    name: 'letters',
    maxTokens: word,
    draw(rng) {
      const step = rng.int(1, 3)
      const start = rng.int(0, ALPHABET.length - 1 - 4 * step)
      return nextOf((i) => ALPHABET[start + step * i] as string)
    }
  }
]
