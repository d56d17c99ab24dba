import type { Clock, Logger, Metrics } from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { expect } from 'vitest'
import { type AppInit, createApp, createKeyring, generateApiKey, hashApiKey } from '../src/index.js'
import { createScriptedGateway } from './scripted-gateway.js'

export const KEY = generateApiKey()
export const ADMIN_KEY = generateApiKey()
export const METRICS_KEY = generateApiKey()

export const keys = createKeyring({
  keys: [
    { hash: hashApiKey(KEY), scopes: ['inference'] },
    { hash: hashApiKey(ADMIN_KEY), scopes: ['admin'] },
    { hash: hashApiKey(METRICS_KEY), scopes: ['metrics'] }
  ]
})

/** Keeps every line as text, to search it. */
export function createMemoryLogger() {
  const lines: string[] = []
  const make = (base: object): Logger => {
    const write =
      (level: string) =>
      (message: string, fields: object = {}): void => {
        lines.push(`${level} ${message} ${JSON.stringify({ ...base, ...fields })}`)
      }
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => make({ ...base, ...fields })
    }
  }
  return { logger: make({}), lines }
}

/** Keeps the last value, or the sum, of every instrument by name and labels. */
export function createMemoryMetrics() {
  const values = new Map<string, number>()
  const at = (name: string, labels: object = {}): string => `${name}${JSON.stringify(labels)}`
  const metrics: Metrics = {
    counter: ({ name }) => ({
      inc: (labels, value = 1) => values.set(at(name, labels), (values.get(at(name, labels)) ?? 0) + value)
    }),
    gauge: ({ name }) => ({ set: (value, labels) => values.set(at(name, labels), value) }),
    histogram: ({ name }) => ({ observe: (value, labels) => values.set(at(name, labels), value) })
  }
  return { metrics, value: (name: string, labels?: object) => values.get(at(name, labels)) }
}

/** Time that only moves when told. */
export function createManualClock(): Clock & { advance(ms: number): void; timers(): number } {
  let now = 1_700_000_000_000
  let timers: { at: number; task: () => void }[] = []
  return {
    ...createRealClock(),
    now: () => now,
    after(ms, task) {
      const timer = { at: now + ms, task }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms) {
      now += ms
      const due = timers.filter((timer) => timer.at <= now)
      timers = timers.filter((timer) => timer.at > now)
      for (const timer of due) {
        timer.task()
      }
    },
    timers: () => timers.length
  }
}

export function createTestApp(init: Partial<AppInit> & { scripted?: ReturnType<typeof createScriptedGateway> } = {}) {
  const scripted = init.scripted ?? createScriptedGateway()
  const log = createMemoryLogger()
  const measured = createMemoryMetrics()
  const app = createApp({ gateway: scripted.gateway, keys, logger: log.logger, metrics: measured.metrics, ...init })

  const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }): Promise<Response> =>
    app.fetch(new Request(`http://router${path}`, { headers }))
  const post = (body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> =>
    app.fetch(
      new Request('http://router/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal === undefined ? {} : { signal })
      })
    )
  return { app, scripted, get, post, ...log, ...measured }
}

export const CHAT = { model: 'tiny-general', messages: [{ role: 'user', content: 'Hi' }] }

/** What a test expects an answer to be; the assertions that follow find out. */
export const jsonOf = async <T>(response: Response): Promise<T> => (await response.json()) as T

export async function expectError(
  response: Response,
  status: number,
  code: string,
  param: string | null = null
): Promise<string> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
  const body = await jsonOf<{ error: Record<string, string> }>(response)
  expect(Object.keys(body)).toEqual(['error'])
  expect(Object.keys(body.error).sort()).toEqual(['code', 'message', 'param', 'type'])
  expect(body.error).toMatchObject({ code, param })
  expect(body.error.message).not.toBe('')
  return String(body.error.message)
}

/** Polls, because what is waited for happens in another turn of the loop or on a socket. */
export async function eventually(condition: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${timeoutMs} ms: ${condition}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** The payloads of a stream in order; `[DONE]` and comments as text. */
export function framesOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => (frame.startsWith('data: {') ? JSON.parse(frame.slice(6)) : frame.replace(/^data: /, '')))
}
