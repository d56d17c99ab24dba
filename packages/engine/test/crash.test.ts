import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createLlamaEngine, type LlamaEngine, type LlamaEngineInit } from '../src/index.js'
import { answer, GENERAL, isAlive, NOISE, STORY, spec, until } from './helpers.js'

const engines: LlamaEngine[] = []

function create(init: Partial<LlamaEngineInit> = {}): LlamaEngine {
  const engine = createLlamaEngine({ models: [GENERAL], restartDelayMs: 10, ...init })
  engines.push(engine)
  return engine
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()))
})

function kill(engine: LlamaEngine): void {
  process.kill(engine.childPid!, 'SIGKILL')
}

describe('a crash of the inference process', () => {
  it('fails what runs, keeps what waits, and later requests work', async () => {
    const engine = create({ sequences: 1 })
    await engine.start()
    const firstPid = engine.childPid!
    const running = engine.generate(spec(STORY, NOISE))[Symbol.asyncIterator]()
    await running.next()
    const waiting = answer(engine, spec('What is 62+74?'))
    await until(async () => (await engine.status()).queueLength === 1)
    kill(engine)
    const rest = async () => {
      while ((await running.next()).done !== true) {}
    }
    await expect(rest()).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
    expect((await waiting).text).toBe('136')
    expect(engine.childPid).not.toBe(firstPid)
    expect((await answer(engine, spec('What is 62+74?'))).text).toBe('136')
    expect(await engine.status()).toMatchObject({ freeSlots: 1, queueLength: 0 })
  })

  it('is not repeated for ever', async () => {
    const engine = create({ maxRestarts: 0 })
    await engine.start()
    const pid = engine.childPid!
    kill(engine)
    await until(async () => (await engine.status()).freeSlots === 0 && !isAlive(pid))
    await expect(answer(engine, spec('hi'))).rejects.toMatchObject({
      code: 'ENGINE_CRASHED',
      message: expect.stringContaining('restart the node')
    })
  })
})

describe('lifecycle', () => {
  it('leaves no process behind, fails what runs, and can start again', async () => {
    const engine = create()
    await engine.start()
    const pid = engine.childPid!
    const running = engine.generate(spec(STORY, NOISE))[Symbol.asyncIterator]()
    await running.next()
    await engine.stop()
    expect(isAlive(pid)).toBe(false)
    const rest = async () => {
      while ((await running.next()).done !== true) {}
    }
    await expect(rest()).rejects.toMatchObject({ code: 'ENGINE_NOT_STARTED' })
    await engine.start()
    expect((await answer(engine, spec('What is 62+74?'))).text).toBe('136')
  })

  it('can be stopped while it starts', async () => {
    const engine = create()
    const starting = engine.start()
    starting.catch(() => {})
    const pid = engine.childPid!
    await engine.stop()
    await expect(starting).rejects.toMatchObject({ code: 'ENGINE_NOT_STARTED' })
    expect(isAlive(pid)).toBe(false)
  })

  it('ends the inference process when the parent is killed', async () => {
    const script = `
      const { createLlamaEngine, listBuiltinModels } = await import(process.argv[1])
      const engine = createLlamaEngine({ models: [listBuiltinModels().find((model) => model.name === 'tiny-weak-f16')] })
      await engine.start()
      process.stdout.write(String(engine.childPid))`
    const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url))
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, entry], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer]
    expect(isAlive(Number(pid))).toBe(true)
    parent.kill('SIGKILL')
    await until(() => !isAlive(Number(pid)))
  })
})
