import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import { createApiClient } from '../src/client/index.js'
import { type ApiServer, type ApiServerInit, createApiServer } from '../src/index.js'
import { CHAT, createMemoryLogger, createMemoryMetrics, eventually, KEY, keys } from './helpers.js'
import { AGREEMENT, assigned, createScriptedGateway, delta, end, failed, hang, MINER, MODEL, say } from './scripted-gateway.js'

const servers: ApiServer[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function startServer(scripted = createScriptedGateway(), init: Partial<ApiServerInit> = {}) {
  const measured = createMemoryMetrics()
  const { logger } = createMemoryLogger()
  const server = createApiServer({ gateway: scripted.gateway, keys, logger, metrics: measured.metrics, ...init })
  servers.push(server)
  await server.start()
  const port = Number(new URL(server.url()).port)
  const openai = new OpenAI({ baseURL: `${server.url()}/v1`, apiKey: KEY, maxRetries: 0 })
  return { server, port, openai, scripted, ...measured }
}

const chat = { model: 'tiny-general', messages: [{ role: 'user' as const, content: 'Hi' }] }

/** Writes raw bytes and collects what comes until the other side closes. */
function exchange(port: number, ...parts: string[]): { socket: Socket; text: () => string; closed: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (data) => {
    text += data.toString()
  })
  socket.on('error', () => {})
  for (const part of parts) {
    socket.write(part)
  }
  return { socket, text: () => text, closed: new Promise((resolve) => socket.once('close', () => resolve(text))) }
}

function rawChat(body: string, ...headers: string[]): string {
  const all = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${KEY}`,
    'content-type: application/json',
    ...headers
  ]
  return `${all.join('\r\n')}\r\n\r\n${body}`
}

const rawStream = (): string => {
  const body = JSON.stringify({ ...CHAT, stream: true })
  return rawChat(body, `content-length: ${Buffer.byteLength(body)}`)
}

test('the official client gets models, an answer and a stream', async () => {
  const { openai } = await startServer()
  expect((await openai.models.list()).data.map(({ id }) => id)).toEqual([MODEL.name])
  expect((await openai.models.retrieve(MODEL.name)).owned_by).toBe('cortensor')

  const { data, response } = await openai.chat.completions.create(chat).withResponse()
  expect(data.choices[0]?.message.content).toBe('Hello')
  expect(data.usage?.total_tokens).toBe(10)
  expect(response.headers.get('x-cortensor-miner')).toBe(MINER)

  let text = ''
  const reasons: unknown[] = []
  for await (const chunk of await openai.chat.completions.create({ ...chat, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? ''
    reasons.push(chunk.choices[0]?.finish_reason)
  }
  expect(text).toBe('Hello')
  expect(reasons.filter((reason) => reason !== null)).toEqual(['stop'])

  const helper = openai.chat.completions.stream({ ...chat, stream_options: { include_usage: true } })
  expect(await helper.finalContent()).toBe('Hello')
  expect((await helper.totalUsage()).total_tokens).toBe(10)
})

test('the official client sees errors as its own kinds', async () => {
  const { openai, scripted, server } = await startServer()
  const expectations = [
    ['model_not_found', OpenAI.NotFoundError],
    ['context_length_exceeded', OpenAI.BadRequestError],
    ['no_miner', OpenAI.InternalServerError],
    ['timeout', OpenAI.InternalServerError]
  ] as const
  for (const [failure, kind] of expectations) {
    scripted.play(() => say(failed(failure)))
    for (const stream of [true, false]) {
      const error = await openai.chat.completions.create({ ...chat, stream }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(kind)
      expect(error).toMatchObject({ code: failure, requestID: expect.stringMatching(/^req_/) })
    }
  }
  const stranger = new OpenAI({ baseURL: `${server.url()}/v1`, apiKey: 'ck-wrong', maxRetries: 0 })
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
})

test('a failure in the middle of a stream throws in the official client', async () => {
  const { openai, scripted } = await startServer()
  scripted.play(() => say(assigned(), delta('Hel'), failed('miner_failed', 'All miners are gone.')))
  let text = ''
  const read = async (): Promise<void> => {
    for await (const chunk of await openai.chat.completions.create({ ...chat, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? ''
    }
  }
  await expect(read()).rejects.toThrow('All miners are gone.')
  expect(text).toBe('Hel')
})

test('headers and the role arrive while the miner is still silent', async () => {
  const { openai, scripted } = await startServer(createScriptedGateway({ script: hang() }))
  const stream = await openai.chat.completions.create({ ...chat, stream: true })
  for await (const chunk of stream) {
    expect(chunk.choices[0]?.delta.role).toBe('assistant')
    break
  }
  await eventually(() => scripted.active() === 0)
})

test('a client that goes away cancels its task, streaming or not', async () => {
  const { openai, scripted, value } = await startServer(createScriptedGateway({ script: hang('x') }))
  const stream = await openai.chat.completions.create({ ...chat, stream: true })
  for await (const _chunk of stream) {
    break
  }
  await eventually(() => scripted.active() === 0)

  const controller = new AbortController()
  const waiting = openai.chat.completions.create(chat, { signal: controller.signal }).catch((error: unknown) => error)
  await eventually(() => scripted.active() === 1)
  controller.abort()
  expect(await waiting).toBeInstanceOf(OpenAI.APIUserAbortError)
  await eventually(() => scripted.active() === 0)
  expect(scripted.aborted()).toBe(2)
  expect(value('cortensor_api_active_completions')).toBe(0)
})

test('bodies over the limit are 413, with a declared length and without one', async () => {
  const { port, scripted } = await startServer()
  const declared = exchange(port, rawChat('', 'content-length: 1048577', 'connection: close'))
  expect(await declared.closed).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"body_too_large"/)

  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const chunked = exchange(port, rawChat('', 'transfer-encoding: chunked', 'connection: close'), ...Array(17).fill(chunk))
  await eventually(() => chunked.text().includes('"code":"body_too_large"'))
  expect(chunked.text()).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close\r\n/i)
  chunked.socket.destroy()
  expect(scripted.requests).toHaveLength(0)
})

test('a chunked body within the limit is read', async () => {
  const { port } = await startServer()
  const body = JSON.stringify(CHAT)
  const { closed } = exchange(
    port,
    rawChat('', 'transfer-encoding: chunked', 'connection: close'),
    `${body.length.toString(16)}\r\n${body}\r\n`,
    '0\r\n\r\n'
  )
  expect(await closed).toMatch(/^HTTP\/1\.1 200 [\s\S]*"content":"Hello"/)
})

test('what is not HTTP, or not for us, is an error in the same shape', async () => {
  const { port } = await startServer()
  const shapes: [string, number, string][] = [
    ['nonsense\r\n\r\n', 400, 'malformed_request'],
    ['GET /health HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n', 400, 'malformed_request'],
    [`GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['GET /health HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n', 403, 'host_not_allowed'],
    ['GET /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n', 404, 'unknown_url']
  ]
  for (const [request, status, code] of shapes) {
    const answer = await exchange(port, request).closed
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toMatch(/x-request-id: req_/i)
    expect(answer).toContain(`"code":"${code}"`)
  }
})

test('stopping ends streams with an error event and closes everything at once', async () => {
  const { server, port, scripted } = await startServer(createScriptedGateway({ script: hang('x') }))
  const streams = Array.from({ length: 5 }, () => exchange(port, rawStream()))
  await eventually(() => streams.every(({ text }) => text().includes('"content":"x"')))
  await server.stop()
  for (const { closed } of streams) {
    const text = await closed
    expect(text).toContain('"code":"shutting_down"')
    expect(text).not.toContain('[DONE]')
  }
  expect(scripted.active()).toBe(0)
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
})

test('a client that does not read cannot hold up the stop, nor a miner', async () => {
  const flood = createScriptedGateway({
    script: async function* () {
      yield assigned()
      for (;;) {
        yield delta('x'.repeat(10_000))
      }
    }
  })
  const stalled = await startServer(flood, { stallMs: 300 })
  const first = exchange(stalled.port, rawStream())
  first.socket.pause()
  await eventually(() => flood.active() === 1)
  await eventually(() => flood.active() === 0)

  const { server, port, scripted } = await startServer(flood, { stopGraceMs: 200 })
  const { socket } = exchange(port, rawStream())
  socket.pause()
  await eventually(() => scripted.active() === 1)
  // It stalls for a minute by default: a stop that waited for that would run into the test's own limit.
  await server.stop()
  await eventually(() => scripted.active() === 0)
  for (const open of [socket, first.socket]) {
    open.destroy()
  }
})

test('starts and stops idempotently, also again, and knows its address only while it runs', async () => {
  const { server } = await startServer()
  const url = server.url()
  await server.start()
  expect(server.url()).toBe(url)
  await Promise.all([server.stop(), server.stop()])
  await server.stop()
  expect(() => server.url()).toThrow(expect.objectContaining({ code: 'API_NOT_STARTED' }))
  await server.start()
  expect((await fetch(`${server.url()}/health`)).status).toBe(200)
})

test('a port in use is a coded error that says what to do', async () => {
  const { port } = await startServer()
  const second = createApiServer({ ...sparseInit(), port })
  await expect(second.start()).rejects.toMatchObject({ code: 'API_PORT_IN_USE', message: expect.stringContaining('--api-port') })
  await second.stop()
  await expect(createApiServer({ ...sparseInit(), host: '203.0.113.1' }).start()).rejects.toMatchObject({
    code: 'API_LISTEN_FAILED'
  })
})

function sparseInit(): ApiServerInit {
  return {
    gateway: createScriptedGateway().gateway,
    keys,
    logger: createMemoryLogger().logger,
    metrics: createMemoryMetrics().metrics
  }
}

test('the client of the command line reads status, models, receipts and health', async () => {
  const receipt = {
    taskId: 'b2'.repeat(32),
    status: 'pending',
    model: MODEL.id,
    miner: MINER,
    cid: 'bafy',
    usage: { promptTokens: 1, completionTokens: 2 },
    epoch: null,
    payment: null,
    agreement: AGREEMENT,
    privacy: 'private',
    key: new Uint8Array(32).fill(171)
  } as never
  const { server, scripted } = await startServer(createScriptedGateway({ receipts: [receipt], ready: false }))
  const client = createApiClient({ url: `${server.url()}/`, key: KEY })
  expect(await client.status()).toEqual(await scripted.gateway.status())
  expect(await client.models()).toEqual([MODEL])
  expect(await client.receipt('b2'.repeat(32))).toEqual(receipt)
  expect(await client.receipt('0'.repeat(64))).toBeNull()
  expect(await client.health()).toEqual({ live: true, ready: false })
  scripted.setReady(true)
  expect(await client.health()).toEqual({ live: true, ready: true })

  await expect(createApiClient({ url: server.url(), key: 'ck-no' }).status()).rejects.toMatchObject({
    code: 'API_REQUEST_FAILED',
    details: { status: 401, code: 'invalid_api_key' }
  })
  await expect(createApiClient({ url: `${server.url()}/docs` }).models()).rejects.toMatchObject({
    code: 'API_REQUEST_FAILED'
  })
  const url = server.url()
  await server.stop()
  const gone = createApiClient({ url, key: KEY })
  await expect(gone.status()).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    message: expect.stringContaining('Nothing answers')
  })
  expect(await gone.health()).toEqual({ live: false, ready: false })
  await expect(gone.health({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
})

test('the client of the command line gives up on a router that does not answer', async () => {
  const silent = (_url: string, { signal }: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  const client = createApiClient({ url: 'http://127.0.0.1:1', timeoutMs: 20, fetch: silent })
  await expect(client.status()).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    message: expect.stringContaining('within 20 ms')
  })
})

/** Opens a stream, waits for its first text and tears the socket down. */
function abandon(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ ...CHAT, stream: true })
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/chat/completions',
      agent: false,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    })
    request.once('error', reject)
    request.once('response', (response: IncomingMessage) => {
      response.on('error', () => {})
      response.once('data', () => {
        request.off('error', reject)
        request.on('error', () => {})
        request.destroy()
        resolve()
      })
    })
    request.end(body)
  })
}

test('1,000 abandoned streams, 50 at a time, leave nothing behind', async () => {
  const endless = createScriptedGateway({
    script: async function* (_request, signal) {
      yield assigned()
      while (!signal.aborted) {
        yield delta('word ')
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      yield end('cancelled')
    }
  })
  const { port, scripted, value, server } = await startServer(endless)
  let left = 1_000
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await abandon(port)
    }
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  await eventually(() => scripted.active() === 0)
  expect(scripted.requests).toHaveLength(1_000)
  expect(scripted.aborted()).toBe(1_000)
  expect(value('cortensor_api_active_completions')).toBe(0)
  await server.stop()
}, 120_000)
