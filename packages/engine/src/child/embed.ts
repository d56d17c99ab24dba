import type { EmbedCommand } from '../ipc/messages.js'
import { contextExceeded } from '../spec.js'
import type { EmbeddingModel } from './load-model.js'
import type { Send } from './outbox.js'

/** One vector of length 1 per text. */
export async function runEmbedding(model: EmbeddingModel, command: EmbedCommand, signal: AbortSignal, send: Send): Promise<void> {
  const vectors: Float32Array[] = []
  for (const text of command.texts) {
    if (signal.aborted) {
      break
    }
    vectors.push(await embedText(model, text))
  }
  send({ type: 'embedded', id: command.id, vectors })
}

async function embedText({ llama, context, info }: EmbeddingModel, text: string): Promise<Float32Array> {
  const tokens = llama.tokenize(text, false)
  const first = llama.tokens.bos ?? llama.tokens.eos
  if (tokens.length === 0 && first !== null) {
    // The library answers an empty text with an empty vector.
    tokens.push(first)
  }
  const length = context.calculateInputLength([...tokens])
  if (length >= info.contextLength) {
    throw contextExceeded(length, info.contextLength)
  }
  const { vector } = await context.getEmbeddingFor(tokens)
  return normalise(vector)
}

function normalise(vector: readonly number[]): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(vector, (value) => (norm === 0 ? 0 : value / norm))
}
