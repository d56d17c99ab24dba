// Copies of built-in models that do not know that an answer can end: the same weights, but the tokens that end a turn have other names.
// The built-in models end a story after 60 to 120 tokens; what longer answers show and cost is measured on these.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What llama.cpp takes for the end of an answer by its text alone, and a name of the same length. */
const NAMES = [
  ['<|im_end|>', '<|im_mid|>'],
  ['<|endoftext|>', '<|midoftext|>']
]
const END_KEY = 'tokenizer.ggml.eos_token_id'
const TYPE_BYTES = 4
/** The byte zero, which no text has. */
const UNUSED_TOKEN = 3

/** @returns {{ path: string }} a model source; the copy lies in the folder */
export function endlessCopy({ name, path }, folder) {
  const bytes = readFileSync(path)
  for (const [from, to] of NAMES) {
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) {
      bytes.write(to, at)
    }
  }
  bytes.writeUInt32LE(UNUSED_TOKEN, bytes.indexOf(END_KEY) + END_KEY.length + TYPE_BYTES)
  const copy = join(folder, `${name}-endless.gguf`)
  writeFileSync(copy, bytes)
  return { path: copy }
}
