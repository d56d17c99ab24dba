import type { CompletionEvent } from '@cortensor/interface'
import { expect, test } from 'vitest'
import { hashApiKey } from '../src/index.js'
import { CHAT, createTestApp, eventually, expectError, framesOf, jsonOf, KEY } from './helpers.js'
import {
  AGREEMENT,
  assigned,
  CID,
  createScriptedGateway,
  delta,
  end,
  failed,
  MINER,
  OTHER_MINER,
  say,
  TASK_ID,
  WIRE_AGREEMENT
} from './scripted-gateway.js'

type Frame = { choices: { delta: { content?: string; role?: string }; finish_reason: string | null }[]; [key: string]: unknown }

test('answers in the shape of OpenAI, and says who answered', async () => {
  const { post } = createTestApp()
  const response = await post(CHAT)
  expect(response.status).toBe(200)
  expect(response.headers.get('x-cortensor-miner')).toBe(MINER)
  expect(response.headers.get('x-request-id')).toMatch(/^req_/)
  const body = await jsonOf<{ created: number }>(response)
  expect(body).toEqual({
    id: `chatcmpl-${TASK_ID}`,
    object: 'chat.completion',
    created: expect.any(Number),
    model: 'tiny-general',
    system_fingerprint: expect.stringMatching(/^fp_[0-9a-f]{12}$/),
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hello', refusal: null }, logprobs: null, finish_reason: 'stop' }
    ],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    cortensor: { task_id: TASK_ID, miner: MINER, cid: CID, receipt_id: TASK_ID }
  })
  expect(Math.abs(body.created - Date.now() / 1_000)).toBeLessThan(60)
})

test('the whole request reaches the gateway in its own words', async () => {
  const { post, scripted } = createTestApp()
  await post({
    model: 'tiny-general',
    messages: [
      { role: 'developer', content: 'Be short' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' }
        ],
        name: 'ignored'
      }
    ],
    max_tokens: 5,
    max_completion_tokens: 9,
    temperature: 0,
    top_p: 0.5,
    top_k: -1,
    min_p: 0.1,
    seed: 42,
    stop: 'END',
    cortensor: { max_wait_ms: 1_500, category: 'logic', min_skill: { logic: 4.5 }, privacy: 'private' }
  })
  expect(scripted.requests).toEqual([
    {
      model: 'tiny-general',
      messages: [
        { role: 'system', content: 'Be short' },
        { role: 'user', content: 'a\nb' }
      ],
      sampling: { maxTokens: 9, temperature: 0, topP: 0.5, topK: 0, minP: 0.1, stop: ['END'] },
      seed: 42,
      category: 'logic',
      minLevel: { logic: 4.5 },
      privacy: 'private',
      caller: hashApiKey(KEY),
      maxWaitMs: 1_500
    }
  ])
})

test('what is left out, null or unknown stays out', async () => {
  const { post, scripted } = createTestApp()
  const response = await post({
    ...CHAT,
    n: 1,
    tools: [],
    logprobs: false,
    response_format: { type: 'text' },
    presence_penalty: 0,
    frequency_penalty: null,
    temperature: null,
    stop: null,
    user: 'u',
    metadata: { a: 1 },
    store: true,
    future_field: {}
  })
  expect(response.status).toBe(200)
  expect(scripted.requests[0]?.sampling).toEqual({})
})

test.each([
  ['n', { n: 2 }],
  ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ['response_format', { response_format: { type: 'json_object' } }],
  ['logprobs', { logprobs: true }],
  ['logit_bias', { logit_bias: { '5': 1 } }],
  ['presence_penalty', { presence_penalty: 0.5 }],
  ['frequency_penalty', { frequency_penalty: -1 }],
  ['modalities', { modalities: ['text', 'audio'] }],
  ['cortensor.verify', { cortensor: { verify: 'before' } }]
])('refuses %s by name, because ignoring it would change the answer', async (param, extra) => {
  const { post, scripted } = createTestApp()
  await expectError(await post({ ...CHAT, ...extra }), 400, 'unsupported_parameter', param)
  expect(scripted.requests).toHaveLength(0)
})

test.each([
  ['model', { model: '' }],
  ['model', { model: undefined }],
  ['messages', { messages: [] }],
  ['messages', { messages: 'Hi' }],
  ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
  [
    'messages[1].content',
    {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: null }
      ]
    }
  ],
  ['messages[0].content', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://x' } }] }] }],
  ['temperature', { temperature: 2.1 }],
  ['temperature', { temperature: '1' }],
  ['top_p', { top_p: 0 }],
  ['max_tokens', { max_tokens: 0 }],
  ['max_tokens', { max_tokens: 1.5 }],
  ['stop', { stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['stop', { stop: '' }],
  ['seed', { seed: 1e300 }],
  ['stream', { stream: 'yes' }]
])('names %s when its value is wrong', async (param, extra) => {
  const { post } = createTestApp()
  await expectError(await post({ ...CHAT, ...extra }), 400, 'invalid_value', param)
})

test.each([
  ['model_not_found', 404, 'model'],
  ['no_miner', 503, null],
  ['no_staked_miner', 503, null],
  ['not_ready', 503, null],
  ['timeout', 504, null],
  ['miner_failed', 502, null],
  ['rejected', 400, null],
  ['context_length_exceeded', 400, 'messages'],
  ['cancelled', 503, null]
] as const)('%s is a status of its own, also for a stream that has not begun', async (failure, status, param) => {
  const scripted = createScriptedGateway({ script: () => say(failed(failure)) })
  const { post } = createTestApp({ scripted })
  for (const stream of [false, true]) {
    const response = await post({ ...CHAT, stream })
    expect(response.headers.get('retry-after') !== null).toBe(status === 503)
    expect(await expectError(response, status, failure, param)).toBe(`It ended with ${failure}.`)
  }
  expect(scripted.active()).toBe(0)
})

test.each([
  ['a failure after some text', () => say(assigned(), delta('x'), failed('miner_failed')), 502, 'miner_failed'],
  ['an iteration that just stops', () => say(assigned(), delta('x')), 502, 'miner_failed'],
  ['an answer that its miner cancelled', () => say(assigned(), end('cancelled')), 502, 'miner_failed'],
  [
    'a gateway that throws',
    async function* () {
      yield assigned()
      throw new Error('secret detail')
    },
    500,
    'internal_error'
  ]
] as const)('%s is never a complete answer', async (_name, script, status, code) => {
  const scripted = createScriptedGateway({ script })
  const { post, value } = createTestApp({ scripted })
  expect(await expectError(await post(CHAT), status, code)).not.toContain('secret')

  const response = await post({ ...CHAT, stream: true })
  expect(response.status).toBe(200)
  const text = await response.text()
  expect(text).not.toContain('[DONE]')
  expect(text).not.toContain('secret')
  expect(framesOf(text).at(-1)).toEqual({ error: { message: expect.any(String), type: 'server_error', param: null, code } })
  await eventually(() => scripted.active() === 0)
  expect(value('cortensor_api_active_completions')).toBe(0)
})

test('streams chunks: role first, then text, one end with the outcome, [DONE]', async () => {
  const { post } = createTestApp({
    scripted: createScriptedGateway({ script: () => say(assigned(), delta('Hel'), delta(''), delta('lo'), end('length')) })
  })
  const response = await post({ ...CHAT, stream: true })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('x-cortensor-miner')).toBe(MINER)
  const frames = framesOf(await response.text())
  expect(frames.at(-1)).toBe('[DONE]')
  const chunks = frames.slice(0, -1) as Frame[]
  expect(chunks.map(({ choices: [choice] }) => [choice?.delta, choice?.finish_reason])).toEqual([
    [{ role: 'assistant', content: '' }, null],
    [{ content: 'Hel' }, null],
    [{ content: 'lo' }, null],
    [{}, 'length']
  ])
  expect(new Set(chunks.map(({ id, object }) => `${id} ${object}`))).toEqual(
    new Set([`chatcmpl-${TASK_ID} chat.completion.chunk`])
  )
  expect(chunks.at(-1)?.cortensor).toEqual({ task_id: TASK_ID, miner: MINER, cid: CID, receipt_id: TASK_ID })
  expect(chunks.at(-1)?.system_fingerprint).toMatch(/^fp_/)
  expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true)
})

test('says what several answers have in common, and that it is a signal', async () => {
  const script = () =>
    say(assigned(), delta('Hello'), { ...(end() as Extract<CompletionEvent, { type: 'end' }>), agreement: AGREEMENT })
  const { post } = createTestApp({ scripted: createScriptedGateway({ script }) })
  const answer = await post(CHAT)
  expect(answer.headers.get('x-cortensor-agreement')).toBe('signal; verdict=agree; miners=2; equal=1')
  expect(await answer.json()).toMatchObject({ cortensor: { agreement: WIRE_AGREEMENT } })
  const stream = await post({ ...CHAT, stream: true })
  // Headers leave before anybody has answered.
  expect(stream.headers.get('x-cortensor-agreement')).toBeNull()
  const chunks = framesOf(await stream.text()).slice(0, -1) as Frame[]
  expect(chunks.at(-1)?.cortensor).toMatchObject({ agreement: WIRE_AGREEMENT })
  const alone = createTestApp()
  expect((await alone.post(CHAT)).headers.get('x-cortensor-agreement')).toBeNull()
})

test('counts tokens in a chunk without choices, only when asked', async () => {
  const { post } = createTestApp()
  const frames = framesOf(await (await post({ ...CHAT, stream: true, stream_options: { include_usage: true } })).text())
  const chunks = frames.slice(0, -1) as Frame[]
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } })
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null && chunk.choices.length === 1)).toBe(true)
})

test('another miner may go on: the answer continues and says so', async () => {
  const script = () => say(assigned(), delta('Hel'), assigned(2, OTHER_MINER), delta('lo'), end('stop', OTHER_MINER))
  const { post } = createTestApp({ scripted: createScriptedGateway({ script }) })
  const answer = await post(CHAT)
  expect(answer.headers.get('x-cortensor-miner')).toBe(OTHER_MINER)
  expect(await answer.json()).toMatchObject({
    choices: [{ message: { content: 'Hello' } }],
    cortensor: { miner: OTHER_MINER, resumed: true }
  })
  const stream = await post({ ...CHAT, stream: true })
  expect(stream.headers.get('x-cortensor-miner')).toBe(MINER)
  const frames = framesOf(await stream.text())
  expect(frames.at(-2)).toMatchObject({ cortensor: { miner: OTHER_MINER, resumed: true } })
})

test('fingerprints follow the engine and the model file', async () => {
  const print = async (fingerprint: string): Promise<string> => {
    const script = () => say(assigned(), { ...(end() as object), fingerprint } as ReturnType<typeof end>)
    const { post } = createTestApp({ scripted: createScriptedGateway({ script }) })
    return (await jsonOf<{ system_fingerprint: string }>(await post(CHAT))).system_fingerprint
  }
  expect(await print('a')).toBe(await print('a'))
  expect(await print('a')).not.toBe(await print('b'))
})
