import { setTimeout as delay } from 'node:timers/promises'
import type { EngineModel, GenerateEvent, GenerateSpec, InferenceEngine, ModelId, SamplingParams } from '@cortensor/interface'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

export interface InferenceEngineSubject {
  /** Not started yet; at least two slots, and room for eight waiting requests. */
  engine: InferenceEngine
  /** Its greedy answer to {@link STORY} must have at least 20 tokens and be longer than 30 characters. */
  chatModel: ModelId
  /** Left out when the implementation serves none. */
  embeddingModel?: ModelId
  teardown(): Promise<void>
}

/** The prompt of all tests that need a long answer. */
export const STORY = 'Tell me a story.'

const UNKNOWN = '0'.repeat(64) as ModelId
const GREEDY: SamplingParams = { maxTokens: 60, temperature: 0, topP: 1, topK: 0, minP: 0, stop: [] }

/** What every implementation of the port promises, whatever computes behind it. */
export function inferenceEngineCompliance(name: string, setup: () => Promise<InferenceEngineSubject>): void {
  describe(`InferenceEngine: ${name}`, () => {
    let subject: InferenceEngineSubject
    let engine: InferenceEngine

    function spec(sampling: Partial<SamplingParams> = {}, change: Partial<GenerateSpec> = {}): GenerateSpec {
      return {
        model: subject.chatModel,
        messages: [{ role: 'user', content: STORY }],
        sampling: { ...GREEDY, ...sampling },
        seed: Uint8Array.of(1, 2, 3),
        ...change
      }
    }

    beforeAll(async () => {
      subject = await setup()
      engine = subject.engine
    })

    afterAll(() => subject.teardown())

    describe('before it is started', () => {
      it('refuses everything', async () => {
        const code = 'ENGINE_NOT_STARTED'
        await expect(engine.models()).rejects.toMatchObject({ code })
        await expect(engine.status()).rejects.toMatchObject({ code })
        await expect(collect(engine.generate(spec()))).rejects.toMatchObject({ code })
        await expect(engine.evaluate(spec(), [1])).rejects.toMatchObject({ code })
        await expect(engine.embed(subject.chatModel, ['x'])).rejects.toMatchObject({ code })
      })

      it('can be stopped', async () => {
        await engine.stop()
        await engine.stop()
      })
    })

    describe('once started', () => {
      let model: EngineModel
      let slots: number

      beforeAll(async () => {
        await Promise.all([engine.start(), engine.start()])
        await engine.start()
        model = (await engine.models()).find(({ id }) => id === subject.chatModel)!
        slots = (await engine.status()).totalSlots
      })

      it('describes its models', () => {
        expect(model).toMatchObject({ kind: 'chat', name: expect.any(String), quantisation: expect.any(String) })
        expect(model.contextLength).toBeGreaterThan(0)
        expect(model.sizeBytes).toBeGreaterThan(0)
      })

      it('is idle', async () => {
        const status = await engine.status()
        expect(status).toMatchObject({ freeSlots: slots, totalSlots: slots, queueLength: 0 })
        expect(slots).toBeGreaterThanOrEqual(2)
        expect(status.fingerprint).not.toBe('')
      })

      it('tells start, then tokens, then the end', async () => {
        const events = await collect(engine.generate(spec()))
        expect(events.map(({ type }) => type).join(' ')).toMatch(/^start (token )+end$/)
      })

      it('counts what it tells', async () => {
        const { promptTokenIds, tokenIds, end } = await read(engine.generate(spec()))
        expect(end.usage).toEqual({ promptTokens: promptTokenIds.length, completionTokens: tokenIds.length })
        expect(promptTokenIds.length).toBeGreaterThan(0)
        expect(tokenIds.length).toBeGreaterThanOrEqual(20)
        expect([...promptTokenIds, ...tokenIds].every((id) => Number.isSafeInteger(id) && id >= 0)).toBe(true)
        const { firstTokenMs, totalMs, queueMs } = end.timings
        expect(Math.min(firstTokenMs, totalMs - firstTokenMs, queueMs)).toBeGreaterThanOrEqual(0)
      })

      it('repeats an answer, greedily or with the same seed', async () => {
        for (const temperature of [0, 1]) {
          const first = await read(engine.generate(spec({ temperature })))
          const second = await read(engine.generate(spec({ temperature })))
          expect(second.text).toBe(first.text)
          expect(second.tokenIds).toEqual(first.tokenIds)
        }
      })

      it('ends after maxTokens', async () => {
        const long = await read(engine.generate(spec()))
        for (const maxTokens of [1, 7]) {
          const short = await read(engine.generate(spec({ maxTokens })))
          expect(short.end).toMatchObject({ finishReason: 'length', usage: { completionTokens: maxTokens } })
          expect(short.tokenIds).toEqual(long.tokenIds.slice(0, maxTokens))
        }
      })

      it('ends before a stop string, which is never a part of the text', async () => {
        const { text } = await read(engine.generate(spec()))
        const stop = text.slice(15, 22)
        const stopped = await read(engine.generate(spec({ stop: ['\u0000never', stop] })))
        expect(stopped.text).toBe(text.slice(0, text.indexOf(stop)))
        expect(stopped.end.finishReason).toBe('stop')
      })

      it('serves more requests at once than it has slots', async () => {
        const alone = await read(engine.generate(spec()))
        const answers = await Promise.all(Array.from({ length: slots + 4 }, () => read(engine.generate(spec()))))
        expect(answers.every(({ text }) => text.length > 30)).toBe(true)
        expect(answers.every(({ promptTokenIds }) => promptTokenIds.length === alone.promptTokenIds.length)).toBe(true)
        expect(await engine.status()).toMatchObject({ freeSlots: slots, queueLength: 0 })
      })

      it('does nothing for a signal that is aborted already', async () => {
        const reason = new Error('too late')
        const signal = AbortSignal.abort(reason)
        await expect(collect(engine.generate(spec(), { signal }))).rejects.toBe(reason)
        expect(await engine.status()).toMatchObject({ freeSlots: slots, queueLength: 0 })
      })

      it('rejects with the reason of an abort and frees the slot', async () => {
        const controller = new AbortController()
        const reason = new Error('the client left')
        const events: GenerateEvent[] = []
        const reading = async () => {
          for await (const event of engine.generate(spec({ maxTokens: 400 }), { signal: controller.signal })) {
            events.push(event)
            if (event.type === 'token') {
              controller.abort(reason)
            }
          }
        }
        await expect(reading()).rejects.toBe(reason)
        expect(events.map(({ type }) => type)).toEqual(['start', 'token'])
        await untilIdle()
      })

      it('frees the slot when the reader leaves early', async () => {
        for (let round = 0; round < slots * 2; round++) {
          for await (const event of engine.generate(spec({ maxTokens: 400 }))) {
            if (event.type === 'token') {
              break
            }
          }
        }
        await untilIdle()
      })

      it('does not start what is not read', async () => {
        engine.generate(spec())
        expect(await engine.status()).toMatchObject({ freeSlots: slots, queueLength: 0 })
      })

      it('refuses a model that it does not have', async () => {
        const code = 'ENGINE_MODEL_UNKNOWN'
        await expect(collect(engine.generate(spec({}, { model: UNKNOWN })))).rejects.toMatchObject({ code })
        await expect(engine.embed(UNKNOWN, ['x'])).rejects.toMatchObject({ code })
      })

      it('refuses to embed with a chat model', async () => {
        await expect(engine.embed(subject.chatModel, ['x'])).rejects.toMatchObject({ code: 'ENGINE_WRONG_KIND' })
      })

      it('refuses requests that make no sense', async () => {
        const code = 'ENGINE_INVALID_REQUEST'
        const senseless: GenerateSpec[] = [
          spec({}, { messages: [] }),
          spec({ maxTokens: 0 }),
          spec({ maxTokens: 1.5 }),
          spec({ temperature: Number.NaN }),
          spec({ topP: 0 }),
          spec({ stop: [''] })
        ]
        for (const request of senseless) {
          await expect(collect(engine.generate(request))).rejects.toMatchObject({ code })
        }
      })

      it('says by how much a prompt is too long', async () => {
        const content = 'one two three. '.repeat(model.contextLength)
        const error = await collect(engine.generate(spec({}, { messages: [{ role: 'user', content }] }))).catch(
          (thrown) => thrown
        )
        expect(error).toMatchObject({ code: 'ENGINE_CONTEXT_EXCEEDED', details: { contextLength: model.contextLength } })
        expect(error.details.promptTokens).toBeGreaterThanOrEqual(model.contextLength)
        expect(await engine.status()).toMatchObject({ freeSlots: slots, queueLength: 0 })
      })

      it('never fills more than the context', async () => {
        const { end } = await read(engine.generate(spec({ maxTokens: model.contextLength * 4 })))
        expect(end.usage.promptTokens + end.usage.completionTokens).toBeLessThanOrEqual(model.contextLength)
      })

      it("tells what it chose from, unless the choice is the native sampler's", async () => {
        for (const decode of ['verifiable', 'canonical', undefined] as const) {
          const { end, tokenIds } = await read(engine.generate(spec({}, { decode })))
          const { ids, logits, top } = end.trace!
          expect(ids).toHaveLength(tokenIds.length * top)
          expect(logits).toHaveLength(ids.length)
          // Greedy: the first of each position, by falling logit, is what it said.
          expect(tokenIds.map((_, index) => ids[index * top])).toEqual(tokenIds)
          for (let i = 0; i < ids.length; i++) {
            expect(i % top === 0 || logits[i - 1]! >= logits[i]!, `order at ${i}`).toBe(true)
          }
        }
        const native = await read(engine.generate(spec({}, { decode: 'native' })))
        expect(native.end.trace).toBeNull()
        expect(native.tokenIds.length).toBeGreaterThanOrEqual(20)
      })

      it('reads its own answers as it wrote them', async () => {
        for (const [maxTokens, decode] of [
          [400, 'verifiable'],
          [400, 'canonical'],
          [7, 'verifiable']
        ] as const) {
          const request = spec({ maxTokens }, { decode })
          const written = await read(engine.generate(request))
          const { ending, promptTokenIds, text, trace } = await engine.evaluate(request, written.tokenIds)
          expect(promptTokenIds).toEqual(written.promptTokenIds)
          expect(text).toBe(written.text)
          expect(ending).toEqual({ type: maxTokens === 7 ? 'limit' : 'eog', tokens: written.tokenIds.length })
          expect(written.tokenIds.map((_, index) => trace.ids[index * trace.top])).toEqual(written.tokenIds)
        }
      })

      it('reads a part of an answer, and one that is not finished', async () => {
        const { tokenIds } = await read(engine.generate(spec()))
        const all = await engine.evaluate(spec(), tokenIds)
        const { top } = all.trace
        const part = await engine.evaluate(spec(), tokenIds, { from: 3, to: 5 })
        expect(part.trace.ids).toEqual(all.trace.ids.slice(3 * top, 5 * top))
        const begun = await engine.evaluate(spec(), tokenIds.slice(0, 6))
        expect(begun.ending).toEqual({ type: 'open', tokens: 6 })
        expect((await engine.evaluate(spec(), [])).trace.ids).toHaveLength(0)
      })

      it('does not read what is no answer', async () => {
        const code = 'ENGINE_INVALID_REQUEST'
        await expect(engine.evaluate(spec(), [-1])).rejects.toMatchObject({ code })
        await expect(engine.evaluate(spec(), [1, 2], { to: 3 })).rejects.toMatchObject({ code })
        await expect(engine.evaluate(spec(), [1, 2], { from: 2, to: 1 })).rejects.toMatchObject({ code })
        await expect(engine.evaluate(spec({}, { decode: 'native' }), [1])).rejects.toMatchObject({ code })
        const tooMany = new Array<number>(model.contextLength).fill(1)
        await expect(engine.evaluate(spec(), tooMany)).rejects.toMatchObject({ code: 'ENGINE_CONTEXT_EXCEEDED' })
        await expect(engine.evaluate(spec({}, { model: UNKNOWN }), [1])).rejects.toMatchObject({ code: 'ENGINE_MODEL_UNKNOWN' })
        const reason = new Error('too late')
        await expect(engine.evaluate(spec(), [1], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
        await untilIdle()
      })

      it('embeds every text as a vector of length one', async () => {
        if (subject.embeddingModel === undefined) {
          return
        }
        const id = subject.embeddingModel
        expect((await engine.models()).find((candidate) => candidate.id === id)?.kind).toBe('embedding')
        const vectors = await engine.embed(id, ['a cat', 'a cat', '', 'What is 62+74?'])
        expect(vectors).toHaveLength(4)
        for (const vector of vectors) {
          expect(vector).toBeInstanceOf(Float32Array)
          expect(vector).toHaveLength(vectors[0]!.length)
          expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
        }
        expect(vectors[1]).toEqual(vectors[0])
        expect(vectors[3]).not.toEqual(vectors[0])
        expect(await engine.embed(id, [])).toEqual([])
        const reason = new Error('too late')
        await expect(engine.embed(id, ['x'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
        await expect(collect(engine.generate(spec({}, { model: id })))).rejects.toMatchObject({ code: 'ENGINE_WRONG_KIND' })
      })

      async function untilIdle(): Promise<void> {
        const deadline = Date.now() + 60_000
        for (;;) {
          const { freeSlots, queueLength } = await engine.status()
          if (freeSlots === slots && queueLength === 0) {
            return
          }
          expect(Date.now(), `${slots - freeSlots} slots are still in use`).toBeLessThan(deadline)
          await delay(2)
        }
      }
    })

    describe('when it is stopped', () => {
      it('fails what runs, refuses what comes, and can start again', async () => {
        const code = 'ENGINE_NOT_STARTED'
        const events = engine.generate(spec({ maxTokens: 400 }))[Symbol.asyncIterator]()
        expect((await events.next()).value).toMatchObject({ type: 'start' })
        await Promise.all([engine.stop(), engine.stop()])
        await expect(drain(events)).rejects.toMatchObject({ code })
        await expect(engine.status()).rejects.toMatchObject({ code })
        await expect(collect(engine.generate(spec()))).rejects.toMatchObject({ code })
        await engine.start()
        expect((await read(engine.generate(spec()))).text.length).toBeGreaterThan(30)
        await engine.stop()
      })
    })
  })
}

async function collect(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const collected: GenerateEvent[] = []
  for await (const event of events) {
    collected.push(event)
  }
  return collected
}

async function drain(events: AsyncIterator<GenerateEvent>): Promise<void> {
  while ((await events.next()).done !== true) {}
}

interface Read {
  promptTokenIds: number[]
  tokenIds: number[]
  text: string
  end: Extract<GenerateEvent, { type: 'end' }>
}

async function read(events: AsyncIterable<GenerateEvent>): Promise<Read> {
  const result: Omit<Read, 'end'> & { end?: Read['end'] } = { promptTokenIds: [], tokenIds: [], text: '' }
  for await (const event of events) {
    if (event.type === 'start') {
      result.promptTokenIds = event.promptTokenIds
    } else if (event.type === 'token') {
      result.tokenIds.push(...event.tokenIds)
      result.text += event.text
    } else {
      result.end = event
    }
  }
  const { end } = result
  if (end === undefined) {
    throw new Error('the stream closed without an end event')
  }
  return { ...result, end }
}
