// Writes the list of the built-in models from the files in their folder: node tools/tiny-model/manifest.mjs packages/engine/models

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readGguf } from './lib/gguf.mjs'

const FILE_TYPE_NAMES = { 0: 'F32', 1: 'F16', 2: 'Q4_0', 7: 'Q8_0' }

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  throw new Error('Name the folder of the model files')
}
const entries = readdirSync(folder)
  .filter((file) => file.endsWith('.gguf'))
  .sort()
  .map((file) => {
    const bytes = readFileSync(join(folder, file))
    const { metadata, tensors } = readGguf(bytes)
    return {
      file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
      kind: 'llama.pooling_type' in metadata ? 'embedding' : 'chat',
      quantisation: FILE_TYPE_NAMES[metadata['general.file_type'].value],
      contextLength: metadata['llama.context_length'].value,
      parameters: tensors.reduce((sum, { values }) => sum + values.length, 0)
    }
  })
writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(entries, null, 2)}\n`)
console.log(`${entries.length} models`)
