// Turns a model file into weights to train on: node tools/tiny-model/unpack.mjs MODEL.gguf OUT.safetensors

import { readFileSync, writeFileSync } from 'node:fs'
import { readGguf } from './lib/gguf.mjs'
import { writeSafetensors } from './lib/safetensors.mjs'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined) {
  throw new Error('Name the model file and the file for its weights')
}
const { tensors } = readGguf(readFileSync(from))
writeFileSync(to, writeSafetensors(Object.fromEntries(tensors.map(({ name, shape, values }) => [name, { shape, data: values }]))))
