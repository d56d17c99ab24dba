import { domainHash } from '@cortensor/crypto'
import type { AskedAnswer } from '@cortensor/protocols'
import { uint64ToBytes } from '@cortensor/utils'
import type { QuizItem } from './quiz-items.js'

/** How the item in one place of a round is put to a model: greedily, so that what it says is all its own. */
export const quizRequest = (
  { maxTokens, question }: Pick<QuizItem, 'maxTokens' | 'question'>,
  seed: Uint8Array,
  position: number
): Omit<AskedAnswer, 'text'> => ({
  messages: [{ role: 'user', content: question }],
  sampling: { maxTokens, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] },
  seed: domainHash('cortensor/quiz-sampling/v1', seed, uint64ToBytes(position))
})
