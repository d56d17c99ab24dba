import { readFileSync } from 'node:fs'
import { CATALOGUE, isLongAnswer } from '@cortensor/scoring'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bool, f32, i32s, readGguf, string, strings, u32, writeGguf } from '../tiny-model/lib/gguf.mjs'
import { CLOSED, TEMPLATE_SHARES } from '../tiny-model/lib/mixture.mjs'
import { modelMetadata } from '../tiny-model/lib/model.mjs'
import { packDocuments } from '../tiny-model/lib/pack.mjs'
import { TENSOR_TYPES } from '../tiny-model/lib/quantise.mjs'
import { isHeldOut, sources, testRecords, trainingRecords } from '../tiny-model/lib/records.mjs'
import { readSafetensors, writeSafetensors } from '../tiny-model/lib/safetensors.mjs'
import { createTokenizer, learnVocabulary, MESSAGE_END, MESSAGE_START } from '../tiny-model/lib/tokenizer.mjs'

const modelFile = (name: string): Uint8Array =>
  readFileSync(new URL(`../../packages/engine/models/${name}.gguf`, import.meta.url))

const general = readGguf(modelFile('tiny-general-v2-f16'))
const vocabulary = {
  tokens: general.metadata['tokenizer.ggml.tokens']?.value as string[],
  merges: general.metadata['tokenizer.ggml.merges']?.value as string[]
}
const tokenizer = createTokenizer(vocabulary)

/** Scales are half-precision numbers: below this, a block's values are nought. */
const TINY = 1e-5

const values = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), { minLength: 1, maxLength: 4 })
  .map((seeds) => Float32Array.from({ length: 64 }, (_, i) => ((seeds[i % seeds.length] ?? 0) * (i + 1)) / 64))

describe('the tokenizer', () => {
  it('gives every text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.toWellFormed())
      })
    )
  })

  it('cuts as llama.cpp does', () => {
    // "What is 62+74?" between its message marks, as the engine reports a prompt.
    expect(tokenizer.encode('What is 62+74?')).toEqual([274, 266, 35, 57, 53, 46, 58, 55, 66])
  })

  it('never joins digits', () => {
    expect(vocabulary.merges.filter((merge) => /\d/.test(merge))).toEqual([])
    expect(tokenizer.encode('1234567')).toHaveLength(7)
  })

  it('learns what occurs often, whatever the order of the texts', () => {
    const texts = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'the fox and the owl' : 'the owl in the box'))
    const learnt = learnVocabulary(texts, 300)
    expect(learnt).toEqual(learnVocabulary(texts.toReversed(), 300))
    expect(learnt.tokens).toHaveLength(300)
    expect(learnt.tokens).toContain('Ġowl')
    const own = createTokenizer(learnt)
    expect(own.encode('the owl')).toHaveLength(2)
    expect(own.decode(own.encode('the owl'))).toBe('the owl')
  })
})

describe('training records', () => {
  const take = (seed: string, count: number) => [...trainingRecords(seed).take(count)]

  it('are the same for the same seed, and others for another', () => {
    expect(take('a', 200)).toEqual(take('a', 200))
    expect(take('a', 200)).not.toEqual(take('b', 200))
  })

  it('come from every template, and never hold a held-out question', () => {
    const records = take('a', 8_000)
    expect(new Set(records.map(({ id }) => id))).toEqual(new Set(sources().map(({ id }) => id)))
    expect(records.filter(({ id, question }) => isHeldOut(id, question))).toEqual([])
  })

  it('of a test are held out, or of a closed template', () => {
    const records = testRecords('a', 3)
    expect(records.every(({ id, question }) => CLOSED.has(id) || isHeldOut(id, question))).toBe(true)
    expect(new Set(records.map(({ id }) => id)).size).toBe(sources().length - 1)
  })

  it('are weighted by templates that exist', () => {
    const known = new Set(sources().map(({ id }) => id))
    expect([...Object.keys(TEMPLATE_SHARES), ...CLOSED].filter((id) => !known.has(id))).toEqual([])
  })
})

describe('items, in tokens', () => {
  it('leave room for every right answer, and long answers are long', () => {
    for (const [category, templates] of Object.entries(CATALOGUE)) {
      for (const template of templates) {
        const rng = createSeededRng(`${category}/${template.name}`)
        const lengths = Array.from({ length: 100 }, () => tokenizer.encode(template.draw(rng).answer).length + 1)
        expect([template.name, Math.max(...lengths) <= template.maxTokens]).toEqual([template.name, true])
        expect([template.name, isLongAnswer(template) && Math.min(...lengths) < 20]).toEqual([template.name, false])
      }
    }
  })
})

describe('packed documents', () => {
  it('mark answers and their ends, and nothing else', () => {
    const { ids, isAnswer, starts } = packDocuments(tokenizer, trainingRecords('a'), createSeededRng('b'), 2_000)
    expect(ids.length).toBe(isAnswer.length)
    expect(starts.at(-1)).toBe(ids.length)
    const first = [...ids.slice(0, starts[1])]
    expect(first[0]).toBe(0)
    expect(first.filter((id) => id === MESSAGE_START)).toHaveLength(first.filter((id) => id === MESSAGE_END).length)
    const answers = [...ids].filter((_, i) => isAnswer[i] === 1)
    const [record] = trainingRecords('a').take(1)
    expect(tokenizer.decode(answers).startsWith(record?.answer ?? '?')).toBe(true)
  })
})

describe('model files', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(values, fc.string(), fc.integer({ min: 0, max: 1_000 }), (values, text, number) => {
        const metadata = {
          'a.text': string(text),
          'a.number': u32(number),
          'a.share': f32(0.5),
          'a.flag': bool(true),
          'a.list': strings([text, 'x']),
          'a.kinds': i32s([1, -3])
        }
        const tensors = [
          { name: 'one', shape: [2, 32], type: 'F32', values },
          { name: 'two', shape: [64], type: 'F16', values: Float32Array.from({ length: 64 }, (_, i) => i / 4) }
        ] as const
        const read = readGguf(writeGguf(metadata, tensors))
        expect(read.metadata).toEqual(JSON.parse(JSON.stringify(metadata)))
        expect(read.tensors).toEqual(tensors)
      }),
      { numRuns: 50 }
    )
  })

  it('are refused when they are something else', () => {
    expect(() => readGguf(new Uint8Array(64))).toThrow(TypeError)
  })

  it('are written as the built-in ones are, byte for byte', () => {
    const weights = Object.fromEntries(general.tensors.map(({ name, shape, values }) => [name, { shape, data: values }]))
    const tensors = general.tensors.map((tensor) => ({ ...tensor, type: tensor.shape.length === 1 ? 'F32' : 'F16' }) as const)
    const name = general.metadata['general.name']?.value as string
    const bytes = writeGguf(modelMetadata(weights, vocabulary, { name, type: 'F16' }), tensors)
    expect(Buffer.compare(bytes, modelFile('tiny-general-v2-f16'))).toBe(0)
  })

  it('keep numbers as closely as their type says', () => {
    fc.assert(
      fc.property(values, (values) => {
        const largest = (block: number) => Math.max(...values.slice(block * 32, block * 32 + 32).map(Math.abs))
        const off = (type: keyof typeof TENSOR_TYPES) =>
          TENSOR_TYPES[type].decode(TENSOR_TYPES[type].encode(values)).map((value, i) => Math.abs(value - (values[i] ?? 0)))
        const within = (type: keyof typeof TENSOR_TYPES, share: number) =>
          off(type).every((error, i) => error <= share * largest(Math.floor(i / 32)) + TINY)
        expect([within('F32', 0), within('F16', 0.0005), within('Q8_0', 0.005), within('Q4_0', 0.13)]).toEqual(
          Array(4).fill(true)
        )
        for (const type of Object.values(TENSOR_TYPES)) {
          expect(type.encode(values)).toHaveLength(type.bytes(64))
        }
      })
    )
  })

  it('hand weights to the trainer and back', () => {
    const tensors = {
      a: { shape: [2, 2], data: Float32Array.of(1, -2, 3, 0.5) },
      b: { shape: [3], data: Uint16Array.of(7, 8, 9) },
      c: { shape: [1], data: Uint8Array.of(1) }
    }
    expect(readSafetensors(writeSafetensors(tensors))).toEqual(tensors)
  })
})
