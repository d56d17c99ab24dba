import type { EpochNumber, GatewayModel, ModelId, SessionId, TaskReceipt } from '@cortensor/interface'
import { expect, test } from 'vitest'
import { createKeyring, generateApiKey, hashApiKey } from '../src/index.js'
import { ADMIN_KEY, CHAT, createTestApp, expectError, jsonOf, KEY, METRICS_KEY } from './helpers.js'
import { AGREEMENT, CID, createScriptedGateway, MINER, MODEL, TASK_ID, WIRE_AGREEMENT } from './scripted-gateway.js'

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

test('lists models by name, or by hash where two share a name', async () => {
  const twin: GatewayModel = { ...MODEL, id: 'c3'.repeat(32) as ModelId, quantisation: 'Q8_0' }
  const other: GatewayModel = { ...MODEL, id: 'd4'.repeat(32) as ModelId, name: 'tiny-math' }
  const { get } = createTestApp({ scripted: createScriptedGateway({ models: [MODEL, twin, other] }) })
  const list = await jsonOf<{ object: string; data: { id: string }[] }>(await get('/v1/models'))
  expect(list.object).toBe('list')
  expect(list.data.map(({ id }: { id: string }) => id)).toEqual([MODEL.id, twin.id, 'tiny-math'])
  expect(list.data[2]).toEqual({
    id: 'tiny-math',
    object: 'model',
    created: 1_700_000_000,
    owned_by: 'cortensor',
    cortensor: {
      model_id: other.id,
      name: 'tiny-math',
      quantisation: 'F16',
      context_length: 256,
      miners: 2,
      first_seen_ms: 1_700_000_000_500,
      price_micro_per_kilotoken: 2_000,
      utilisation: 0.25
    }
  })
})

test('finds one model by name or hash', async () => {
  const { get } = createTestApp()
  expect((await jsonOf<{ id: string }>(await get('/v1/models/tiny-general'))).id).toBe('tiny-general')
  expect((await jsonOf<{ id: string }>(await get(`/v1/models/${MODEL.id}`))).id).toBe('tiny-general')
  await expectError(await get('/v1/models/none'), 404, 'model_not_found', 'model')
})

test('shows receipts', async () => {
  const receipt: TaskReceipt = {
    taskId: TASK_ID,
    status: 'committed',
    model: MODEL.id,
    miner: MINER,
    cid: CID,
    usage: { promptTokens: 1, completionTokens: 2 },
    epoch: 9 as EpochNumber,
    payment: { session: '01'.repeat(32) as SessionId, priceMicroPerKilotoken: 2_000, cost: 4n, state: 'charged' },
    agreement: AGREEMENT,
    privacy: 'private',
    key: new Uint8Array(32).fill(171)
  }
  const scripted = createScriptedGateway({ receipts: [receipt] })
  const { get } = createTestApp({ scripted })
  expect(await (await get(`/v1/receipts/${TASK_ID}`)).json()).toEqual({
    id: TASK_ID,
    object: 'cortensor.receipt',
    status: 'committed',
    model_id: MODEL.id,
    miner: MINER,
    cid: CID,
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    epoch: 9,
    payment: { session: '01'.repeat(32), price_micro_per_kilotoken: 2_000, cost_micro: 4, state: 'charged' },
    agreement: WIRE_AGREEMENT,
    privacy: 'private',
    key: 'ab'.repeat(32),
    file: `/v1/receipts/${TASK_ID}/file`
  })
  // The gateway tells the key to whoever asked for the answer; the surface says who wants to know.
  expect(scripted.callers).toEqual([hashApiKey(KEY)])
  await expectError(await get(`/v1/receipts/${'0'.repeat(64)}`), 404, 'receipt_not_found', 'id')
  await expectError(await get('/v1/receipts/..%2f..%2fetc'), 404, 'receipt_not_found', 'id')
})

test('gives the file of a receipt byte for byte', async () => {
  const file = new TextEncoder().encode('{\n  "object": "cortensor.receipt"\n}\n')
  const { get } = createTestApp({ scripted: createScriptedGateway({ receiptFiles: new Map([[TASK_ID, file]]) }) })
  const response = await get(`/v1/receipts/${TASK_ID}/file`)
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(file)
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="receipt-${TASK_ID}.json"`)
  for (const id of ['0'.repeat(64), 'x']) {
    await expectError(await get(`/v1/receipts/${id}/file`), 404, 'receipt_not_found', 'id')
  }
})

test('is alive always, ready when the gateway is', async () => {
  const scripted = createScriptedGateway({ ready: false })
  const { get } = createTestApp({ scripted })
  expect(await (await get('/health', {})).json()).toEqual({ status: 'ok' })
  const notReady = await get('/ready', {})
  expect(notReady.headers.get('retry-after')).toBe('2')
  await expectError(notReady, 503, 'not_ready')
  scripted.setReady(true)
  expect((await get('/ready', {})).status).toBe(200)
})

test('keys open what their scopes name, and nothing else', async () => {
  const metricsPage = { render: async () => 'a_total 1\n', contentType: 'text/plain; version=0.0.4' }
  const { get, post } = createTestApp({ metricsPage })
  expect((await get('/status', bearer(KEY))).status).toBe(200)
  expect((await get('/status', bearer(ADMIN_KEY))).status).toBe(200)
  await expectError(await get('/status', bearer(METRICS_KEY)), 403, 'insufficient_scope')
  await expectError(await get('/metrics', bearer(KEY)), 403, 'insufficient_scope')
  await expectError(await post(CHAT, bearer(ADMIN_KEY)), 403, 'insufficient_scope')
  const receipt = `/v1/receipts/${'0'.repeat(64)}`
  await expectError(await get(receipt, bearer(ADMIN_KEY)), 404, 'receipt_not_found', 'id')
  await expectError(await get(`${receipt}/file`, bearer(ADMIN_KEY)), 403, 'insufficient_scope')
  const page = await get('/metrics', bearer(METRICS_KEY))
  expect(page.headers.get('content-type')).toContain('version=0.0.4')
  expect(await page.text()).toBe('a_total 1\n')
})

test.each([
  ['none', {}],
  ['a wrong one', bearer(generateApiKey())],
  ['an empty one', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${KEY}` }],
  ["a right one's hash", bearer(hashApiKey(KEY))],
  ['a right one with more behind it', bearer(`${KEY}x`)]
])('without a key of ours there is nothing: %s', async (_name, headers: Record<string, string>) => {
  const { app, get, scripted } = createTestApp()
  for (const path of ['/v1/models', '/v1/models/tiny-general', `/v1/receipts/${TASK_ID}`, '/status']) {
    const response = await get(path, headers)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    await expectError(response, 401, 'invalid_api_key')
  }
  const chat = new Request('http://router/v1/chat/completions', { method: 'POST', headers, body: JSON.stringify(CHAT) })
  await expectError(await app.fetch(chat), 401, 'invalid_api_key')
  expect(scripted.requests).toHaveLength(0)
})

test('keys are random, prefixed and stored as hashes', () => {
  const made = new Set(Array.from({ length: 100 }, generateApiKey))
  expect(made.size).toBe(100)
  for (const key of made) {
    expect(key).toMatch(/^ck-[A-Za-z0-9_-]{43}$/)
    expect(hashApiKey(key)).toMatch(/^[0-9a-f]{64}$/)
  }
  expect(() => createKeyring({ keys: [{ hash: generateApiKey(), scopes: ['admin'] }] })).toThrow(
    expect.objectContaining({ code: 'API_INVALID_KEY_HASH' })
  )
})

test('unknown paths and methods', async () => {
  const { app, get } = createTestApp()
  expect(await expectError(await get('/v1/nothing', {}), 404, 'unknown_url')).toContain('GET /v1/nothing')
  await expectError(await get('/metrics'), 404, 'unknown_url')
  await expectError(await app.fetch(new Request('http://router/v1/models', { method: 'DELETE' })), 404, 'unknown_url')
})

test('names that are not ours are refused before anything else', async () => {
  const { app } = createTestApp({ allowedHosts: ['localhost', '127.0.0.1', '[::1]'] })
  const ask = (host: string): Promise<Response> => app.fetch(new Request('http://x/health', { headers: { host } }))
  for (const host of ['localhost', 'LOCALHOST:8080', '127.0.0.1:1', '[::1]:443', '[::1]']) {
    expect((await ask(host)).status).toBe(200)
  }
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', 'evil.example:127']) {
    await expectError(await ask(host), 403, 'host_not_allowed')
  }
})

test('bodies must be JSON, whole and small', async () => {
  const { app, post } = createTestApp({ limits: { maxBodyBytes: 1_000 } })
  await expectError(await post('{"model":'), 400, 'invalid_json')
  await expectError(await post(''), 400, 'invalid_json')
  await expectError(await post('[]'), 400, 'invalid_value')
  await expectError(await post('null'), 400, 'invalid_value')
  await expectError(await post('['.repeat(999)), 400, 'invalid_json')
  await expectError(await post(CHAT, { 'content-type': 'text/plain' }), 415, 'unsupported_media_type')
  await expectError(await post(CHAT, { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type')
  await expectError(await post({ ...CHAT, user: 'x'.repeat(1_000) }), 413, 'body_too_large')
  await expectError(await post(CHAT, { 'content-length': '99999999' }), 413, 'body_too_large')
  expect((await post(CHAT, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200)
  const headers = { ...bearer(KEY), 'content-type': 'application/json' }
  const invalidUtf8 = new Request('http://router/v1/chat/completions', {
    method: 'POST',
    headers,
    body: new Uint8Array([34, 255, 34])
  })
  await expectError(await app.fetch(invalidUtf8), 400, 'invalid_json')
})

test('describes itself, with nothing from elsewhere', async () => {
  const { get } = createTestApp({ metricsPage: { render: async () => '', contentType: 'text/plain' } })
  const document = await jsonOf<{ openapi: string; paths: object }>(await get('/openapi.json', {}))
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths).sort()).toEqual([
    '/docs',
    '/health',
    '/metrics',
    '/openapi.json',
    '/ready',
    '/status',
    '/v1/chat/completions',
    '/v1/models',
    '/v1/models/{id}',
    '/v1/receipts/{id}',
    '/v1/receipts/{id}/file'
  ])
  expect(document).toMatchObject({
    paths: {
      '/v1/chat/completions': {
        post: {
          security: [{ apiKey: [] }],
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ChatCompletionRequest' } } } }
        }
      }
    },
    components: {
      schemas: { ChatCompletionRequest: { required: ['model', 'messages'] } },
      securitySchemes: { apiKey: { scheme: 'bearer' } }
    }
  })

  const docs = await get('/docs', {})
  expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'")
  const html = await docs.text()
  expect(html).toContain('/v1/chat/completions')
  expect(html).not.toMatch(/<script|https?:\/\//)
})

test('counts requests by route, and logs neither keys nor prompts nor text', async () => {
  const { get, post, value, lines, scripted } = createTestApp()
  await post({ ...CHAT, messages: [{ role: 'user', content: 'my secret question' }] })
  await get('/v1/models/some-private-name')
  await get('/nowhere/123')
  scripted.play(async function* () {
    yield* []
    throw new Error('broken')
  })
  await post(CHAT)
  expect(value('cortensor_api_requests_total', { method: 'POST', route: '/v1/chat/completions', status: '200' })).toBe(1)
  expect(value('cortensor_api_requests_total', { method: 'POST', route: '/v1/chat/completions', status: '500' })).toBe(1)
  expect(value('cortensor_api_requests_total', { method: 'GET', route: '/v1/models/{id}', status: '404' })).toBe(1)
  expect(value('cortensor_api_requests_total', { method: 'GET', route: 'unknown', status: '404' })).toBe(1)
  const text = lines.join('\n')
  expect(text).toContain('req_')
  expect(text.match(/^error/gm)).toHaveLength(1)
  for (const hidden of [KEY, 'secret question', 'Hello', 'some-private-name']) {
    expect(text).not.toContain(hidden)
  }
})
