import type { CompletionEvent } from '@cortensor/interface'
import { expect, test } from 'vitest'
import { CHAT, createManualClock, createTestApp, eventually, expectError, framesOf } from './helpers.js'
import { assigned, createScriptedGateway, delta, end, hang, untilAborted } from './scripted-gateway.js'

const decoder = new TextDecoder()

test('takes nothing from the gateway before the client reads', async () => {
  let taken = 0
  const scripted = createScriptedGateway({
    script: async function* () {
      yield assigned()
      for (; taken < 1_000; ) {
        taken += 1
        yield delta('x')
      }
      yield end()
    }
  })
  const { post } = createTestApp({ scripted })
  const reader = ((await post({ ...CHAT, stream: true })).body as ReadableStream<Uint8Array>).getReader()
  for (let read = 0; read < 3; read += 1) {
    await reader.read()
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(taken).toBe(2)
  await reader.cancel()
  await eventually(() => scripted.active() === 0)
})

test('sends a comment in every long silence, and none while text flows', async () => {
  const clock = createManualClock()
  let speak: (event: CompletionEvent) => void = () => {}
  const scripted = createScriptedGateway({
    script: async function* () {
      yield assigned()
      yield await new Promise<CompletionEvent>((resolve) => {
        speak = resolve
      })
      yield end()
    }
  })
  const { post } = createTestApp({ scripted, clock })
  const reader = ((await post({ ...CHAT, stream: true })).body as ReadableStream<Uint8Array>).getReader()
  const read = async (): Promise<string> => decoder.decode((await reader.read()).value)
  expect(await read()).toContain('"role":"assistant"')
  for (let silence = 0; silence < 3; silence += 1) {
    const next = read()
    await eventually(() => clock.timers() === 1)
    clock.advance(9_999)
    expect(clock.timers()).toBe(1)
    clock.advance(1)
    expect(await next).toBe(': waiting\n\n')
  }
  const next = read()
  speak(delta('x'))
  expect(await next).toContain('"content":"x"')
  expect(await read()).toContain('[DONE]')
  expect((await reader.read()).done).toBe(true)
  expect(clock.timers()).toBe(0)
})

test('leaving a stream stops the gateway in the same turn of the loop', async () => {
  const scripted = createScriptedGateway({ script: hang('x') })
  const { post, value } = createTestApp({ scripted })
  const reader = ((await post({ ...CHAT, stream: true })).body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  expect(value('cortensor_api_active_completions')).toBe(1)
  await reader.cancel()
  await new Promise((resolve) => setImmediate(resolve))
  expect(scripted.active()).toBe(0)
  expect(scripted.aborted()).toBe(1)
  expect(value('cortensor_api_active_completions')).toBe(0)
})

test("the request's signal stops the gateway, before and after the first event", async () => {
  for (const script of [hang(), hang('x')]) {
    for (const stream of [false, true]) {
      const scripted = createScriptedGateway({ script })
      const { post } = createTestApp({ scripted })
      const controller = new AbortController()
      const answer = post({ ...CHAT, stream }, {}, controller.signal)
      await eventually(() => scripted.active() === 1)
      controller.abort()
      await answer.then((response) => response.text()).catch(() => {})
      await eventually(() => scripted.active() === 0)
      expect(scripted.aborted()).toBe(1)
    }
  }
})

test('a gateway that is deaf to its signal holds nobody up', async () => {
  const scripted = createScriptedGateway({
    script: async function* () {
      yield assigned()
      await new Promise(() => {})
    }
  })
  const closing = new AbortController()
  const { post, value } = createTestApp({ scripted, signal: closing.signal })
  const response = await post({ ...CHAT, stream: true })
  const text = response.text()
  closing.abort()
  expect(framesOf(await text).at(-1)).toMatchObject({ error: { code: 'shutting_down' } })
  expect(value('cortensor_api_active_completions')).toBe(0)
})

test('a complete answer is not cancelled after its end', async () => {
  let aborted: boolean | undefined
  const scripted = createScriptedGateway({
    script: async function* (_request, signal) {
      yield assigned()
      yield end()
      aborted = signal.aborted
    }
  })
  const { post } = createTestApp({ scripted })
  await (await post({ ...CHAT, stream: true })).text()
  await eventually(() => scripted.active() === 0)
  expect(aborted).toBe(false)
  aborted = undefined
  await (await post(CHAT)).text()
  await eventually(() => scripted.active() === 0)
  expect(aborted).toBe(false)
})

test('stopping ends what is open with an error event and refuses what comes', async () => {
  const scripted = createScriptedGateway({ script: hang('x') })
  const closing = new AbortController()
  const { post, get } = createTestApp({ scripted, signal: closing.signal })
  const streaming = (await post({ ...CHAT, stream: true })).text()
  const waiting = post(CHAT)
  await eventually(() => scripted.active() === 2)
  closing.abort()
  expect(framesOf(await streaming).at(-1)).toMatchObject({ error: { code: 'shutting_down' } })
  await expectError(await waiting, 503, 'shutting_down')
  await expectError(await post(CHAT), 503, 'shutting_down')
  await expectError(await get('/ready'), 503, 'shutting_down')
  await eventually(() => scripted.active() === 0)
  expect(scripted.requests).toHaveLength(2)
})

test('completions beyond the limit are told to come back', async () => {
  const scripted = createScriptedGateway({ script: hang() })
  const { post } = createTestApp({ scripted, limits: { maxCompletions: 2 } })
  const open = [await post({ ...CHAT, stream: true }), await post({ ...CHAT, stream: true })]
  const refused = await post(CHAT)
  expect(refused.headers.get('retry-after')).toBe('1')
  await expectError(refused, 429, 'rate_limit_exceeded')
  await open[0]?.body?.cancel()
  scripted.play(async function* (_request, signal) {
    yield assigned()
    await Promise.race([untilAborted(signal), Promise.resolve()])
    yield end()
  })
  expect((await post(CHAT)).status).toBe(200)
  await open[1]?.body?.cancel()
})
