import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuFeatures } from '../src/child/cpu-features.js'
import { parseChildMessage } from '../src/ipc/child-messages.js'
import { parseParentMessage } from '../src/ipc/parent-messages.js'
import { seedToNumber } from '../src/seed.js'

const END = {
  type: 'end',
  id: 1,
  finishReason: 'stop',
  usage: { promptTokens: 1, completionTokens: 2 },
  firstTokenMs: 1.5,
  totalMs: 2,
  trace: { top: 2, ids: Int32Array.of(1, 2), logits: Float32Array.of(3, 1) }
}
const GENERATE = {
  type: 'generate',
  id: 1,
  model: 'a'.repeat(64),
  messages: [{ role: 'user', content: 'hi' }],
  sampling: { maxTokens: 1, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] },
  seed: Uint8Array.of(5),
  decode: 'verifiable'
}
const EVALUATE = { ...GENERATE, type: 'evaluate', tokenIds: [7, 8], from: 0, to: 2 }
const EVALUATED = {
  type: 'evaluated',
  id: 1,
  promptTokenIds: [1],
  trace: END.trace,
  text: 'x',
  ending: { type: 'eog', tokens: 2 }
}

describe('messages between the processes', () => {
  it('accepts what both sides send', () => {
    expect(parseChildMessage(END)).toEqual(END)
    expect(parseChildMessage({ type: 'embedded', id: 1, vectors: [new Float32Array(3)] })).not.toBeNull()
    expect(parseChildMessage({ ...END, trace: null })).not.toBeNull()
    expect(parseChildMessage(EVALUATED)).toEqual(EVALUATED)
    expect(parseParentMessage(GENERATE)).toEqual(GENERATE)
    expect(parseParentMessage(EVALUATE)).toEqual(EVALUATE)
  })

  it.each([
    [{ ...END, finishReason: 'bored' }],
    [{ ...END, id: -1 }],
    [{ ...END, trace: { ...END.trace, ids: Int32Array.of(1) } }],
    [{ ...EVALUATED, ending: { type: 'bored', tokens: 1 } }],
    [{ ...END, usage: null }],
    [{ type: 'token', id: 1, tokenIds: [1.5], text: '' }],
    [{ type: 'token', id: 1, tokenIds: [1], text: 7 }],
    [{ type: 'embedded', id: 1, vectors: [[1, 2]] }],
    [{ type: 'failed', id: 1, error: { name: 'E', code: 'NOT_OURS', message: '' } }],
    [{ type: 'ready', fingerprint: 'x', models: [{ id: 'short' }] }]
  ])('refuses %j from the child', (message) => {
    expect(parseChildMessage(message)).toBeNull()
  })

  it.each([
    [{ ...GENERATE, seed: 5 }],
    [{ ...GENERATE, decode: 'somehow' }],
    [{ ...EVALUATE, decode: 'native' }],
    [{ ...EVALUATE, to: 3 }],
    [{ ...GENERATE, messages: [{ role: 'tool', content: 'hi' }] }],
    [{ ...GENERATE, sampling: { ...GENERATE.sampling, temperature: Number.NaN } }],
    [{ type: 'abort' }]
  ])('refuses %j from the parent', (message) => {
    expect(parseParentMessage(message)).toBeNull()
  })

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parseChildMessage(value)
        parseParentMessage(value)
      })
    )
  })
})

describe('seedToNumber', () => {
  it('folds any seed into 32 bits, differently for different seeds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (seed) => {
        const number = seedToNumber(seed)
        expect(Number.isInteger(number) && number >= 0 && number < 0xffff_ffff).toBe(true)
        expect(number).not.toBe(seedToNumber(Uint8Array.of(...seed, 0)))
      })
    )
  })
})

describe('cpuFeatures', () => {
  it('keeps the instruction sets that choose a kernel', () => {
    expect(cpuFeatures('CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | FMA = 1 | AMX_INT8 = 1 | REPACK = 1 | ')).toBe('amx_int8+avx2')
    expect(cpuFeatures('CPU : SSE3 = 1 | SSSE3 = 1 | AVX = 1 | AVX2 = 0 | REPACK = 1 | ')).toBe('avx+sse3+ssse3')
    expect(cpuFeatures('')).toBe('generic')
  })
})
