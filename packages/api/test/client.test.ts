import type { CompletionEvent } from '@cortensor/interface'
import { expect, test } from 'vitest'
import { createApiClient } from '../src/client/index.js'
import { createTestApp, KEY } from './helpers.js'
import { assigned, createScriptedGateway, delta, end, failed, hang, type Script, say } from './scripted-gateway.js'

const REQUEST = { model: 'tiny-general', messages: [{ role: 'user' as const, content: 'Hi' }], sampling: { maxTokens: 8 } }

function clientOf(script: Script) {
  const { app } = createTestApp({ scripted: createScriptedGateway({ script }) })
  return createApiClient({ url: 'http://localhost', key: KEY, fetch: async (url, init) => app.fetch(new Request(url, init)) })
}

async function all(events: AsyncIterable<CompletionEvent>): Promise<CompletionEvent[]> {
  const list: CompletionEvent[] = []
  for await (const event of events) {
    list.push(event)
  }
  return list
}

test('a streamed answer arrives as the events of the gateway that made it', async () => {
  const last = end()
  const events = await all(clientOf(() => say(assigned(), delta('one '), delta('two\n'), last)).complete(REQUEST))
  const { fingerprint, ...told } = events.pop() as typeof last & { fingerprint: string }
  expect(events).toEqual([delta('one '), delta('two\n')])
  expect(last).toMatchObject(told)
  // Over HTTP it is told by its hash.
  expect(fingerprint).toMatch(/^fp_/)
})

test('what fails, before the answer or in its middle, is the last event', async () => {
  expect(await all(clientOf(() => say(failed('no_miner'))).complete(REQUEST))).toEqual([failed('no_miner')])
  const events = await all(clientOf(() => say(assigned(), delta('one '), failed('miner_failed'))).complete(REQUEST))
  expect(events).toEqual([delta('one '), failed('miner_failed')])
})

test('a router that is not there is not ready, and neither is one that does not know the key', async () => {
  const gone = createApiClient({ url: 'http://localhost', key: KEY, fetch: () => Promise.reject(new TypeError('refused')) })
  expect(await all(gone.complete(REQUEST))).toMatchObject([{ type: 'failed', failure: 'not_ready' }])
  const { app } = createTestApp()
  const stranger = createApiClient({ url: 'http://localhost', fetch: async (url, init) => app.fetch(new Request(url, init)) })
  expect(await all(stranger.complete(REQUEST))).toMatchObject([{ type: 'failed', failure: 'not_ready' }])
})

test('who leaves gets the reason of its own signal', async () => {
  const leaving = new AbortController()
  const answer = clientOf(hang('one ')).complete(REQUEST, { signal: leaving.signal })[Symbol.asyncIterator]()
  expect((await answer.next()).value).toEqual(delta('one '))
  leaving.abort(new Error('gone'))
  await expect(answer.next()).rejects.toThrow('gone')
})
