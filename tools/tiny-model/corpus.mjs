// Makes the training data: node tools/tiny-model/corpus.mjs OUT_DIR [--tokens N] [--seed S] [--focus CATEGORY,...] [--vocabulary FILE.gguf]

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createSeededRng } from '@cortensor/utils'
import { readGguf } from './lib/gguf.mjs'
import { packDocuments } from './lib/pack.mjs'
import { trainingRecords } from './lib/records.mjs'
import { writeSafetensors } from './lib/safetensors.mjs'
import { createTokenizer, learnVocabulary } from './lib/tokenizer.mjs'

const VOCABULARY_SIZE = 1_024
/** Records that the vocabulary is learnt from. */
const VOCABULARY_RECORDS = 60_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tokens: { type: 'string', default: '6000000' },
    seed: { type: 'string', default: '1' },
    focus: { type: 'string' },
    vocabulary: { type: 'string' }
  }
})
const [directory] = positionals
if (directory === undefined) {
  throw new Error('Name the folder for the training data')
}
mkdirSync(directory, { recursive: true })

const vocabulary = values.vocabulary === undefined ? learnt() : vocabularyOf(values.vocabulary)
const tokenizer = createTokenizer(vocabulary)
const records = trainingRecords(values.seed, values.focus?.split(','))
const { ids, isAnswer, starts } = packDocuments(
  tokenizer,
  records,
  createSeededRng(`tiny-model/pack/${values.seed}`),
  Number(values.tokens)
)
writeFileSync(join(directory, 'vocabulary.json'), JSON.stringify(vocabulary))
writeFileSync(
  join(directory, 'train.safetensors'),
  writeSafetensors({
    starts: { shape: [starts.length], data: starts },
    ids: { shape: [ids.length], data: ids },
    is_answer: { shape: [isAnswer.length], data: isAnswer }
  })
)
const answers = isAnswer.reduce((sum, marked) => sum + marked, 0)
console.log(`${starts.length - 1} documents, ${ids.length} tokens, ${answers} of them answers`)

function learnt() {
  const texts = trainingRecords(values.seed)
    .take(VOCABULARY_RECORDS)
    .flatMap(({ question, answer }) => [question, answer, 'user', 'assistant', '\n'])
  return learnVocabulary(texts, VOCABULARY_SIZE)
}

/** Of a model that is trained on, whose tokens have to stay what they are. */
function vocabularyOf(path) {
  const { metadata } = readGguf(readFileSync(path))
  return { tokens: metadata['tokenizer.ggml.tokens'].value, merges: metadata['tokenizer.ggml.merges'].value }
}
