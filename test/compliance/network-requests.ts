import type { Network, NodeId } from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import { beforeAll, expect, it } from 'vitest'
import { collect, expectCode, failure, type Harness, settled } from './harness.js'

/** Started networks, each connected to each other, and a protocol that none of them knows yet. */
export interface RequestWorld {
  harness: Harness
  a: Network
  b: Network
  c: Network
  protocol: () => string
}

/** A peer that does not exist. */
export const NOBODY = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp' as NodeId

export const text = (message: Uint8Array): string => bytesToUtf8(message)

export async function* answerWith(...messages: string[]): AsyncGenerator<Uint8Array> {
  for (const message of messages) {
    yield utf8ToBytes(message)
  }
}

/** What the port `Network` says of requests and their handlers. */
export function requestCompliance(world: () => RequestWorld): void {
  let harness: Harness
  let a: Network
  let b: Network
  let c: Network
  let protocol: () => string

  beforeAll(() => {
    ;({ harness, a, b, c, protocol } = world())
  })

  it('answers a request with messages in order, also empty ones', async () => {
    const name = protocol()
    let asked: { request: string; from: NodeId } | undefined
    await settled(
      harness,
      b.handle(name, (request, { from }) => {
        asked = { request: text(request), from }
        return answerWith('one', '', 'three')
      })
    )
    const answer = await settled(harness, collect(a.request(b.self, name, utf8ToBytes('hello'))))
    expect(answer.map(text)).toEqual(['one', '', 'three'])
    expect(asked).toEqual({ request: 'hello', from: a.self })
  })

  it('carries an empty request and an empty answer', async () => {
    const name = protocol()
    let bytes = -1
    await settled(
      harness,
      b.handle(name, (request) => {
        bytes = request.byteLength
        return answerWith()
      })
    )
    expect(await settled(harness, collect(a.request(b.self, name, new Uint8Array(0))))).toEqual([])
    expect(bytes).toBe(0)
  })

  it('serves requests of several peers at a time', async () => {
    const name = protocol()
    await settled(
      harness,
      b.handle(name, (request) => answerWith(`${text(request)}!`))
    )
    const all = [a, c, a, c].map((network, i) => collect(network.request(b.self, name, utf8ToBytes(`${i}`))))
    const answers = await settled(harness, Promise.all(all))
    expect(answers.map((answer) => answer.map(text))).toEqual([['0!'], ['1!'], ['2!'], ['3!']])
  })

  it('gives what came before a failing handler, then NETWORK_STREAM_RESET', async () => {
    const name = protocol()
    await settled(
      harness,
      b.handle(name, async function* () {
        yield utf8ToBytes('first')
        throw new Error('A fault of the handler')
      })
    )
    const received: string[] = []
    const work = (async () => {
      for await (const message of a.request(b.self, name, new Uint8Array(0))) {
        received.push(text(message))
      }
    })()
    await expectCode(harness, work, 'NETWORK_STREAM_RESET')
    expect(received.length).toBeLessThanOrEqual(1)
  })

  it('reports a protocol nobody handles and a peer nobody knows', async () => {
    await expectCode(harness, collect(a.request(b.self, protocol(), new Uint8Array(0))), 'NETWORK_STREAM_RESET')
    await expectCode(harness, collect(a.request(NOBODY, protocol(), new Uint8Array(0))), 'NETWORK_PEER_UNREACHABLE')
  })

  it('stops answering once the handler is removed', async () => {
    const name = protocol()
    const remove = await settled(
      harness,
      b.handle(name, () => answerWith('here'))
    )
    expect(await settled(harness, collect(a.request(b.self, name, new Uint8Array(0))))).toHaveLength(1)
    await settled(harness, remove())
    await expectCode(harness, collect(a.request(b.self, name, new Uint8Array(0))), 'NETWORK_STREAM_RESET')
  })

  it('bounds requests and answers on both sides', async () => {
    const name = protocol()
    await settled(
      harness,
      b.handle(name, (request) => answerWith('x'.repeat(request.byteLength * 2)), {
        maxRequestBytes: 100,
        maxResponseBytes: 150
      })
    )
    const ask = (bytes: number, maxResponseBytes?: number): Promise<Uint8Array[]> =>
      collect(a.request(b.self, name, new Uint8Array(bytes), maxResponseBytes === undefined ? {} : { maxResponseBytes }))
    expect((await settled(harness, ask(75)))[0]).toHaveLength(150)
    await expectCode(harness, ask(101), 'NETWORK_STREAM_RESET')
    await expectCode(harness, ask(100), 'NETWORK_STREAM_RESET')
    await expectCode(harness, ask(75, 149), 'NETWORK_MESSAGE_TOO_LARGE')
  })

  it('resets requests above the limits of a peer and of all', async () => {
    const name = protocol()
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let started = 0
    const limits = { maxStreamsPerPeer: 2, maxStreams: 3 }
    await settled(
      harness,
      b.handle(
        name,
        async function* () {
          started++
          await gate
          yield utf8ToBytes('done')
        },
        limits
      )
    )
    const ask = (network: Network): Promise<Uint8Array[]> => collect(network.request(b.self, name, new Uint8Array(0)))
    const first = [ask(a), ask(a)]
    await harness.eventually(() => started === 2)
    await expectCode(harness, ask(a), 'NETWORK_STREAM_RESET')
    const third = ask(c)
    await harness.eventually(() => started === 3)
    await expectCode(harness, ask(c), 'NETWORK_STREAM_RESET')
    release()
    expect(await settled(harness, Promise.all([...first, third]))).toHaveLength(3)
    expect(await settled(harness, ask(a))).toHaveLength(1)
  })

  it('resets the requests of who is not served, and looks anew at each', async () => {
    const name = protocol()
    const served = new Set([a.self])
    const heard: NodeId[] = []
    const limits = { serves: (peer: NodeId) => served.has(peer) }
    await settled(
      harness,
      b.handle(
        name,
        async function* (_request, { from }) {
          heard.push(from)
          yield utf8ToBytes('done')
        },
        limits
      )
    )
    const ask = (network: Network): Promise<Uint8Array[]> => collect(network.request(b.self, name, new Uint8Array(0)))
    await expectCode(harness, ask(c), 'NETWORK_STREAM_RESET')
    expect(await settled(harness, ask(a))).toHaveLength(1)
    served.add(c.self)
    expect(await settled(harness, ask(c))).toHaveLength(1)
    expect(heard).toEqual([a.self, c.self])
  })

  /** A handler that yields for ever and tells what happens to it. */
  async function endless(messageBytes: number): Promise<{ name: string; state: { produced: number; aborted: boolean } }> {
    const name = protocol()
    const state = { produced: 0, aborted: false }
    await settled(
      harness,
      b.handle(name, async function* (_request, { signal }) {
        signal.addEventListener('abort', () => {
          state.aborted = true
        })
        while (!signal.aborted) {
          state.produced++
          yield new Uint8Array(messageBytes)
        }
      })
    )
    return { name, state }
  }

  it('aborts the handler when the requester stops iterating', async () => {
    const { name, state } = await endless(100)
    await settled(
      harness,
      (async () => {
        for await (const _ of a.request(b.self, name, new Uint8Array(0))) {
          break
        }
      })()
    )
    await harness.eventually(() => state.aborted)
  })

  it('aborts the handler and rejects with the reason when the requester aborts', async () => {
    const { name, state } = await endless(100)
    const controller = new AbortController()
    const reason = new Error('No longer wanted')
    let received = 0
    const work = (async () => {
      for await (const _ of a.request(b.self, name, new Uint8Array(0), { signal: controller.signal })) {
        received++
      }
    })()
    await harness.eventually(() => received > 3)
    controller.abort(reason)
    expect(await failure(harness, work)).toBe(reason)
    await harness.eventually(() => state.aborted)
  })

  it('rejects at once with a signal that is already aborted', async () => {
    const reason = new Error('Too late')
    const signal = AbortSignal.abort(reason)
    expect(await failure(harness, collect(a.request(b.self, protocol(), new Uint8Array(0), { signal })))).toBe(reason)
  })

  it('holds the handler back while the requester does not read', async () => {
    const { name, state } = await endless(1024)
    const iterator = a.request(b.self, name, new Uint8Array(0))[Symbol.asyncIterator]()
    await settled(harness, iterator.next())
    let last = 0
    let unchanged = 0
    await harness.eventually(() => {
      unchanged = state.produced === last ? unchanged + 1 : 0
      last = state.produced
      return unchanged >= 20
    })
    expect(state.produced).toBeLessThan(4096)
    const stalledAt = state.produced
    let read = 0
    const work = (async () => {
      while (read < 4096) {
        await iterator.next()
        read++
      }
      await iterator.return?.()
    })()
    await settled(harness, work)
    expect(state.produced).toBeGreaterThan(stalledAt)
    await harness.eventually(() => state.aborted)
  })
}
