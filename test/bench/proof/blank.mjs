// A model with ten times the weights of the built-in ones, all by chance: what it says is nothing, and what it costs is what any model of
// that size does.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSeededRng } from '@cortensor/utils'
import { readGguf, writeGguf } from '../../../tools/tiny-model/lib/gguf.mjs'
import { modelMetadata } from '../../../tools/tiny-model/lib/model.mjs'

const [WIDTH, KEY_WIDTH, FEED_FORWARD, BLOCKS] = [512, 128, 1536, 8]
const TYPE = 'Q8_0'
/** So that neither activations nor logits grow with the depth. */
const SCALE = 0.03

function shapes(vocabulary) {
  const block = {
    attn_norm: [WIDTH],
    attn_q: [WIDTH, WIDTH],
    attn_k: [KEY_WIDTH, WIDTH],
    attn_v: [KEY_WIDTH, WIDTH],
    attn_output: [WIDTH, WIDTH],
    ffn_norm: [WIDTH],
    ffn_gate: [FEED_FORWARD, WIDTH],
    ffn_up: [FEED_FORWARD, WIDTH],
    ffn_down: [WIDTH, FEED_FORWARD]
  }
  const blocks = Array.from({ length: BLOCKS }, (_, i) =>
    Object.entries(block).map(([name, shape]) => [`blk.${i}.${name}.weight`, shape])
  )
  return [['token_embd.weight', [vocabulary, WIDTH]], ['output_norm.weight', [WIDTH]], ...blocks.flat()]
}

/** @returns {{ name: string, path: string }} with the vocabulary of a built-in model; the file lies in the folder */
export function blankModel({ path }, folder) {
  const { metadata } = readGguf(readFileSync(path))
  const [tokens, merges] = ['tokens', 'merges'].map((key) => metadata[`tokenizer.ggml.${key}`].value)
  const rng = createSeededRng('blank-model')
  const weights = Object.fromEntries(
    shapes(tokens.length).map(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1)
      const data = Float32Array.from({ length }, () => (shape.length === 1 ? 1 : SCALE * (2 * rng.next() - 1)))
      return [name, { shape, data }]
    })
  )
  const name = 'blank-q8_0'
  const tensors = Object.entries(weights).map(([tensor, { data, shape }]) => ({
    name: tensor,
    shape,
    type: shape.length === 1 ? 'F32' : TYPE,
    values: data
  }))
  const file = join(folder, `${name}.gguf`)
  writeFileSync(file, writeGguf(modelMetadata(weights, { tokens, merges }, { name, type: TYPE }), tensors))
  return { name, path: file }
}
