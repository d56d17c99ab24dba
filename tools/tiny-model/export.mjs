// Weights to model files: node tools/tiny-model/export.mjs WEIGHTS.safetensors VOCABULARY.json OUT_DIR/NAME TYPE...
// TYPE is F32, F16, Q8_0 or Q4_0; NAME gets the type as its ending.

import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { writeGguf } from './lib/gguf.mjs'
import { modelMetadata } from './lib/model.mjs'
import { readSafetensors } from './lib/safetensors.mjs'

const [weightsPath, vocabularyPath, target, ...types] = process.argv.slice(2)
if (types.length === 0) {
  throw new Error('Name the weights, the vocabulary, the model file without its ending, and one type at least')
}
const weights = readSafetensors(readFileSync(weightsPath))
const vocabulary = JSON.parse(readFileSync(vocabularyPath, 'utf8'))
for (const type of types) {
  const path = `${target}-${type.toLowerCase()}.gguf`
  const metadata = modelMetadata(weights, vocabulary, { name: basename(target), type })
  // Norms are a few numbers that everything passes through: they stay exact.
  const tensors = Object.entries(weights).map(([name, { shape, data }]) => ({
    name,
    shape,
    type: shape.length === 1 ? 'F32' : type,
    values: data
  }))
  const bytes = writeGguf(metadata, tensors)
  writeFileSync(path, bytes)
  console.log(`${path}: ${bytes.length} bytes`)
}
