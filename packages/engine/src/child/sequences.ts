import type { LlamaContextSequence } from 'node-llama-cpp'
import { engineError } from '../errors.js'
import type { ChatModel } from './load-model.js'

/**
 * Lends a sequence of the model, and clears it afterwards: nothing of one conversation stays behind for the next.
 *
 * @throws `ENGINE_QUEUE_FULL`
 */
export async function withSequence<T>(model: ChatModel, use: (sequence: LlamaContextSequence) => Promise<T>): Promise<T> {
  const sequence = model.freeSequences.pop()
  if (sequence === undefined) {
    throw engineError('ENGINE_QUEUE_FULL', 'every sequence of the model is in use: try again later')
  }
  try {
    return await use(sequence)
  } finally {
    await sequence.clearHistory()
    model.freeSequences.push(sequence)
  }
}
