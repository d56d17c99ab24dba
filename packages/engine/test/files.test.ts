import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelId } from '@cortensor/interface'
import { afterAll, describe, expect, it } from 'vitest'
import { createLlamaEngine, listBuiltinModels, type ModelSource } from '../src/index.js'
import { answer, builtin, spec } from './helpers.js'

const WEAK = builtin('tiny-weak-f16')
const directory = mkdtempSync(join(tmpdir(), 'engine-files-'))
const bytes = readFileSync(WEAK.path)

afterAll(() => rmSync(directory, { recursive: true }))

function write(name: string, content: Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

/** Replaces every occurrence of a text by one of the same length. */
function patch(from: string, to: string): Buffer {
  expect(to).toHaveLength(from.length)
  const text = bytes.toString('latin1')
  expect(text).toContain(from)
  return Buffer.from(text.replaceAll(from, to), 'latin1')
}

async function startError(...models: ModelSource[]): Promise<unknown> {
  const engine = createLlamaEngine({ models })
  const error = await engine.start().catch((thrown: unknown) => thrown)
  expect(engine.childPid).toBeUndefined()
  await expect(engine.models()).rejects.toMatchObject({ code: 'ENGINE_NOT_STARTED' })
  await engine.stop()
  return error
}

describe('model files', () => {
  it('come with the package, each as the manifest says', () => {
    const models = listBuiltinModels()
    expect(models).toHaveLength(10)
    expect(models.every(({ path, sizeBytes }) => readFileSync(path).length === sizeBytes)).toBe(true)
  })

  it('refuses one flipped byte in the weights of a known file', async () => {
    const damaged = Buffer.from(bytes)
    damaged[damaged.length - 1000]! ^= 1
    const path = write('flipped.gguf', damaged)
    expect(await startError({ path, id: WEAK.id })).toMatchObject({
      code: 'ENGINE_MODEL_CORRUPT',
      message: expect.stringMatching(/flipped\.gguf.*Restore/)
    })
  })

  it('names a missing file', async () => {
    const path = join(directory, 'absent.gguf')
    expect(await startError(WEAK, { path })).toMatchObject({
      code: 'ENGINE_MODEL_MISSING',
      message: expect.stringContaining(path)
    })
  })

  it.each([
    ['truncated', 'Failed to load model', () => bytes.subarray(0, bytes.length / 2)],
    ['garbage', 'magic', () => Buffer.alloc(4096, 'not a model ')],
    // llama.cpp aborts the process that loads this one.
    ['without-heads', 'SIGABRT', () => patch('llama.attention.head_count', 'llama.attention.hexd_count')]
  ])('refuses a %s file of a user and stays alive (%s)', async (name, reason, content) => {
    const path = write(`${name}.gguf`, content())
    expect(await startError({ path })).toMatchObject({
      code: 'ENGINE_MODEL_CORRUPT',
      message: expect.stringMatching(new RegExp(`${name}.gguf .*${reason}`))
    })
  })

  it('serves a user file under its own hash and with its own chat template', async () => {
    const template = String(/\{% for message.*?\{% endif %\}/.exec(bytes.toString('latin1')))
    const plain =
      "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}{{ 'assistant:' }}"
    const path = write('custom.v1.gguf', patch(template, `${plain}{#${' '.repeat(template.length - plain.length - 4)}#}`))
    const engine = createLlamaEngine({ models: [{ path }] })
    await engine.start()
    try {
      const [model] = await engine.models()
      expect(model).toMatchObject({ name: 'custom.v1', quantisation: 'F16', contextLength: 512, kind: 'chat' })
      expect(model?.id).toMatch(/^[0-9a-f]{64}$/)
      expect(model?.id).not.toBe(WEAK.id)
      const { events } = await answer(engine, { ...spec('hi<|im_end|>', { maxTokens: 1 }), model: model?.id as ModelId })
      const ids = events[0]?.type === 'start' ? events[0].promptTokenIds : []
      expect(ids[0]).toBe(0)
      expect(ids.includes(1) || ids.includes(2)).toBe(false)
    } finally {
      await engine.stop()
    }
  })
})

describe('options', () => {
  it.each([
    [{ models: [] }],
    [{ models: [WEAK], sequences: 0 }],
    [{ models: [WEAK], queueLimit: 1.5 }],
    [{ models: [WEAK], threads: -1 }]
  ])('that cannot work are refused at once: %j', (init) => {
    expect(() => createLlamaEngine(init)).toThrow(expect.objectContaining({ code: 'ENGINE_INVALID_REQUEST' }))
  })
})
