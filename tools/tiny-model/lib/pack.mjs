// Records as token ids: documents of one to four turns in ChatML, in one file that the trainer maps into memory.

import { BOS, MESSAGE_END, MESSAGE_START } from './tokenizer.mjs'

const SYSTEM_MESSAGES = [
  'You are a helpful assistant.',
  'You are Tiny, a small helpful model.',
  'Answer the question.',
  'Answer briefly.',
  'Be kind and helpful.'
]
const SYSTEM_SHARE = 0.15
const SINGLE_TURN_SHARE = 0.65
const MAX_TURNS = 4

/**
 * Token ids with a mark for those that a model has to say: answers and their ends.
 *
 * @param {Generator<{ question: string, answer: string }>} records
 * @param {number} tokenCount at least this many
 */
export function packDocuments(tokenizer, records, rng, tokenCount) {
  const ids = []
  const isAnswer = []
  const starts = []
  const newline = tokenizer.encode('\n')
  const [system, user, assistant] = ['system', 'user', 'assistant'].map((role) => [
    MESSAGE_START,
    ...tokenizer.encode(role),
    ...newline
  ])
  const push = (tokens, marked) => {
    for (const token of tokens) {
      ids.push(token)
      isAnswer.push(marked)
    }
  }
  while (ids.length < tokenCount) {
    starts.push(ids.length)
    push([BOS], 0)
    if (rng.next() < SYSTEM_SHARE) {
      const message = SYSTEM_MESSAGES[rng.int(0, SYSTEM_MESSAGES.length - 1)]
      push([...system, ...tokenizer.encode(message), MESSAGE_END, ...newline], 0)
    }
    const turns = rng.next() < SINGLE_TURN_SHARE ? 1 : rng.int(2, MAX_TURNS)
    for (let turn = 0; turn < turns; turn++) {
      const { question, answer } = records.next().value
      push([...user, ...tokenizer.encode(question), MESSAGE_END, ...newline, ...assistant], 0)
      push([...tokenizer.encode(answer), MESSAGE_END], 1)
      push(newline, 0)
    }
  }
  starts.push(ids.length)
  return { ids: Uint16Array.from(ids), isAnswer: Uint8Array.from(isAnswer), starts: Uint32Array.from(starts) }
}
