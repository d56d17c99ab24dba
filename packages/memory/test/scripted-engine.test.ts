import type { GenerateEvent, GenerateSpec } from '@cortensor/interface'
import {
  createScriptedEngine,
  createSkilledAnswer,
  createVirtualClock,
  type ScriptedEngineInit,
  scriptedModelId
} from '@cortensor/memory'
import { createSeededRng } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

const spec = (content: string, sampling: Partial<GenerateSpec['sampling']> = {}, seed = 0): GenerateSpec => ({
  model: scriptedModelId('scripted-chat'),
  messages: [{ role: 'user', content }],
  sampling: { maxTokens: 100, temperature: 0.7, topP: 1, topK: 0, minP: 0, stop: [], ...sampling },
  seed: Uint8Array.of(seed)
})

async function world(init: Partial<ScriptedEngineInit> = {}) {
  const clock = createVirtualClock()
  const engine = createScriptedEngine({ clock, rng: createSeededRng('engine'), ...init })
  await engine.start()
  const run = async (request: GenerateSpec) => {
    const events: GenerateEvent[] = []
    for await (const event of engine.generate(request)) {
      events.push(event)
    }
    const text = events.map((event) => (event.type === 'token' ? event.text : '')).join('')
    return { text, events, end: events.at(-1) as Extract<GenerateEvent, { type: 'end' }> }
  }
  return { clock, engine, run }
}

describe('createScriptedEngine', () => {
  it('takes the time that prompt and answer need', async () => {
    const { clock, run } = await world({
      decodeTokensPerSecond: 10,
      prefillTokensPerSecond: 100,
      answer: () => 'aaaaa '.repeat(20)
    })
    const startMs = clock.now()
    const { end, events } = await clock.complete(run(spec('x')))
    expect(end.usage.completionTokens).toBe(21)
    const prefillMs = end.usage.promptTokens * 10
    expect(end.timings).toEqual({ firstTokenMs: prefillMs + 100, totalMs: prefillMs + 2100, queueMs: 0 })
    expect(clock.now() - startMs).toBe(prefillMs + 2100)
    expect(events).toHaveLength(23)
  })

  it('answers alike for the same seed, and greedily for every seed', async () => {
    const { clock, run } = await world({ answer: (_messages, rng) => `${rng.next()}` })
    const text = async (request: GenerateSpec) => (await clock.complete(run(request))).text
    expect(await text(spec('x', {}, 1))).toBe(await text(spec('x', {}, 1)))
    expect(await text(spec('x', {}, 1))).not.toBe(await text(spec('x', {}, 2)))
    expect(await text(spec('x', {}, 1))).not.toBe(await text(spec('y', {}, 1)))
    expect(await text(spec('x', { temperature: 0 }, 1))).toBe(await text(spec('x', { temperature: 0 }, 2)))
  })

  it('makes requests wait for a sequence and refuses more than the queue holds', async () => {
    const { clock, engine, run } = await world({ sequences: 1, queueLimit: 1, decodeTokensPerSecond: 1 })
    const first = run(spec('hello'))
    const second = run(spec('hello'))
    await clock.settle()
    expect(await engine.status()).toMatchObject({ freeSlots: 0, totalSlots: 1, queueLength: 1 })
    await expect(run(spec('hello'))).rejects.toMatchObject({ code: 'ENGINE_QUEUE_FULL' })
    await clock.complete(first)
    const { end } = await clock.complete(second)
    expect(end.timings.queueMs).toBeGreaterThan(0)
    expect(await engine.status()).toMatchObject({ freeSlots: 1, queueLength: 0 })
  })

  it('fails what runs in a crash, and works again after', async () => {
    const { clock, engine, run } = await world({ sequences: 1, decodeTokensPerSecond: 1 })
    const running = run(spec('hello'))
    const waiting = run(spec('hello'))
    const outcomes = Promise.allSettled([running, waiting])
    await clock.advance(100)
    engine.crash()
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_CRASHED' } })
    }
    expect((await clock.complete(run(spec('hello')))).text).toBe('hello')
    expect(clock.pending).toBe(0)
  })

  it('is as right as its skill, by category', async () => {
    const answer = createSkilledAnswer({
      recognise: ([message]) => {
        const [category, number] = message?.content.split(' ') ?? []
        return category === undefined || number === undefined ? null : { category, answer: `right ${number}` }
      },
      skill: { easy: 0.9, hard: 0.2 }
    })
    const { clock, run } = await world({ answer, decodeTokensPerSecond: 1e6 })
    const score = async (category: string): Promise<number> => {
      let right = 0
      for (let i = 0; i < 400; i++) {
        const { text } = await clock.complete(run(spec(`${category} ${i}`)))
        right += text === `right ${i}` ? 1 : 0
      }
      return right / 400
    }
    // Standard deviation at most 0.02; five of them either way.
    expect(Math.abs((await score('easy')) - 0.9)).toBeLessThan(0.1)
    expect(Math.abs((await score('hard')) - 0.2)).toBeLessThan(0.1)
    expect(await score('unknown')).toBe(0)
    expect((await clock.complete(run(spec('smalltalk')))).text).toBe('smalltalk')
  })

  it('sends what a cheat makes of the honest answer', async () => {
    const { clock, run } = await world({ cheat: (honest) => honest.slice(0, 3) })
    expect((await clock.complete(run(spec('honesty')))).text).toBe('hon')
  })

  it('batches tokens into fewer events without changing the text or the time', async () => {
    const answer = () => 'word '.repeat(30)
    const single = await world({ answer })
    const batched = await world({ answer, tokensPerEvent: 8 })
    const one = await single.clock.complete(single.run(spec('x')))
    const eight = await batched.clock.complete(batched.run(spec('x')))
    expect(eight.text).toBe(one.text)
    expect(eight.end.timings.totalMs).toBe(one.end.timings.totalMs)
    expect(eight.events.length).toBeLessThan(one.events.length / 4)
  })

  it('embeds texts with shared words close to one another', async () => {
    const { clock, engine } = await world()
    const model = scriptedModelId('scripted-embedding')
    const [a, b, c] = await clock.complete(engine.embed(model, ['the red cat sat', 'the red cat ran', 'quantum flux']))
    const dot = (x: Float32Array | undefined, y: Float32Array | undefined) =>
      [...(x ?? [])].reduce((sum, value, i) => sum + value * (y?.[i] ?? 0), 0)
    expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.3)
  })
})
