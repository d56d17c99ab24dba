import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRealClock } from '@cortensor/utils'

/** What an interceptor throws to have the RPC refuse. */
export class Refusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

interface Answer {
  result?: unknown
  error?: unknown
}

export interface FaultProxy {
  readonly url: string
  /** Of the requests so far. */
  readonly asked: string[]
  /** `down` cuts the connection, `hangs` never answers. @default passes */
  mode: 'passes' | 'down' | 'hangs'
  /** Before a request is passed on, in ms. @default 0 */
  delayMs: number
  /** Answers in place of the chain; `pass` asks the chain. @default passes everything on */
  intercept: ((method: string, params: unknown[], pass: () => Promise<unknown>) => Promise<unknown>) | null
  close(): Promise<void>
}

/** Stands between a client and a chain's RPC, and does what RPCs do in bad times. */
export async function createFaultProxy(target: string): Promise<FaultProxy> {
  const clock = createRealClock()
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = Buffer.concat(await request.toArray()).toString()
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown[] }
    proxy.asked.push(method)
    await clock.sleep(proxy.delayMs)
    if (proxy.mode !== 'passes') {
      if (proxy.mode === 'down') {
        response.destroy()
      }
      return
    }
    let failed: Answer | null = null
    const pass = async (): Promise<unknown> => {
      const answer = (await (
        await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })
      ).json()) as Answer
      failed = answer.error === undefined ? null : answer
      return answer.result ?? null
    }
    const asked = proxy.intercept === null ? pass() : proxy.intercept(method, params, pass)
    const result = await asked.catch((error: unknown) => {
      if (!(error instanceof Refusal)) {
        throw error
      }
      failed = { error: { code: error.code, message: error.message } }
    })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(failed ?? { result }) }))
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    mode: 'passes',
    delayMs: 0,
    intercept: null,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
  return proxy
}
