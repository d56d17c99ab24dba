import type { Network, NodeId } from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, expectCode, failure, type Harness, settled } from './harness.js'

/** The topics that the networks under test are created with. */
export const COMPLIANCE_TOPICS = [
  { name: '/compliance/a/1', maxBytes: 1024 },
  { name: '/compliance/b/1', maxBytes: 64 }
] as const
const [A, B] = [COMPLIANCE_TOPICS[0].name, COMPLIANCE_TOPICS[1].name]

export interface NetworkHarness extends Harness {
  /** Started networks, each connected to each other. Those of earlier calls keep running. */
  create(count: number): Promise<Network[]>
}

/** A peer that does not exist. */
const NOBODY = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp' as NodeId

const text = (message: Uint8Array): string => bytesToUtf8(message)

async function* answerWith(...messages: string[]): AsyncGenerator<Uint8Array> {
  for (const message of messages) {
    yield utf8ToBytes(message)
  }
}

/** The contract of the port `Network`. */
export function networkCompliance(name: string, setup: () => Promise<NetworkHarness>): void {
  describe(`Network: ${name}`, () => {
    let harness: NetworkHarness
    let a: Network
    let b: Network
    let c: Network
    let names = 0
    const protocol = (): string => `/compliance/${++names}/1.0.0`
    const stopped: Network[] = []

    beforeAll(async () => {
      harness = await setup()
      ;[a, b, c] = (await harness.create(3)) as [Network, Network, Network]
    })
    afterAll(async () => {
      await harness.teardown()
    })

    /** A subscriber that keeps what it hears. */
    async function listen(network: Network, topic: string): Promise<{ heard: string[]; unsubscribe: () => Promise<void> }> {
      const heard: string[] = []
      const unsubscribe = await settled(
        harness,
        network.subscribe(topic, async (data) => {
          heard.push(text(data))
          return 'accept'
        })
      )
      return { heard, unsubscribe }
    }
    /** Publishes until heard: subscriptions take a moment to travel. */
    async function publishUntilHeard(from: Network, topic: string, listeners: { heard: string[] }[]): Promise<void> {
      let attempt = 0
      let pending = 0
      await harness.eventually(() => {
        if (listeners.every(({ heard }) => heard.some((message) => message.startsWith('ready')))) {
          return true
        }
        if (pending === 0) {
          pending++
          void from.publish(topic, utf8ToBytes(`ready ${++attempt}`)).finally(() => pending--)
        }
        return false
      })
    }

    it('names each node and its addresses', () => {
      expect(new Set([a.self, b.self, c.self]).size).toBe(3)
      for (const network of [a, b, c]) {
        expect(network.multiaddrs().length).toBeGreaterThan(0)
        expect(network.multiaddrs().every((address) => address.endsWith(`/p2p/${network.self}`))).toBe(true)
      }
    })

    it('knows its peers', () => {
      expect([...a.peers()].sort()).toEqual([b.self, c.self].sort())
    })

    it('delivers a message to every other subscriber once and not to its publisher', async () => {
      const ears = await Promise.all([listen(a, A), listen(b, A), listen(c, A)])
      await publishUntilHeard(a, A, ears.slice(1))
      await settled(harness, a.publish(A, utf8ToBytes('one')))
      await settled(harness, b.publish(A, utf8ToBytes('two')))
      await harness.eventually(
        () =>
          ears.every(({ heard }) => heard.includes('two') || heard.includes('one')) &&
          ears[2].heard.includes('one') &&
          ears[2].heard.includes('two')
      )
      expect(ears[0].heard).toEqual(['two'])
      expect(ears[1].heard.filter((message) => message === 'one')).toHaveLength(1)
      expect(ears[2].heard.filter((message) => message === 'one')).toHaveLength(1)
      for (const { unsubscribe } of ears) {
        await settled(harness, unsubscribe())
      }
    })

    it('tells a handler which peer forwarded a message', async () => {
      const forwarders = new Set<NodeId>()
      const heard: string[] = []
      const unsubscribe = await settled(
        harness,
        b.subscribe(A, async (data, from) => {
          forwarders.add(from)
          heard.push(text(data))
          return 'accept'
        })
      )
      await publishUntilHeard(a, A, [{ heard }])
      expect([...forwarders].every((from) => from === a.self || from === c.self)).toBe(true)
      await settled(harness, unsubscribe())
    })

    it('delivers nothing after unsubscribing and takes a new handler then', async () => {
      const first = await listen(b, A)
      await publishUntilHeard(a, A, [first])
      await settled(harness, first.unsubscribe())
      const heardBefore = first.heard.length
      const second = await listen(b, A)
      await publishUntilHeard(a, A, [second])
      expect(first.heard).toHaveLength(heardBefore)
      await settled(harness, second.unsubscribe())
      await settled(harness, second.unsubscribe())
    })

    it('goes on after a handler failed, ignored or rejected', async () => {
      const seen: string[] = []
      const unsubscribe = await settled(
        harness,
        b.subscribe(A, async (data) => {
          seen.push(text(data))
          if (text(data) === 'fail') {
            throw new Error('A fault of the handler')
          }
          return text(data) === 'reject' ? 'reject' : text(data) === 'ignore' ? 'ignore' : 'accept'
        })
      )
      await publishUntilHeard(a, A, [{ heard: seen }])
      for (const message of ['fail', 'ignore', 'reject', 'last']) {
        await settled(harness, a.publish(A, utf8ToBytes(message)))
      }
      await harness.eventually(() => ['fail', 'ignore', 'reject', 'last'].every((message) => seen.includes(message)))
      await settled(harness, unsubscribe())
    })

    it('publishes to nobody without an error', async () => {
      await settled(harness, a.publish(B, utf8ToBytes('anyone?')))
    })

    it('refuses long messages and foreign topics', async () => {
      await expectCode(harness, a.publish(B, new Uint8Array(65)), 'NETWORK_MESSAGE_TOO_LARGE')
      await expectCode(harness, a.publish('/compliance/other/1', new Uint8Array(1)), 'NETWORK_TOPIC_NOT_ALLOWED')
      await expectCode(
        harness,
        a.subscribe('/compliance/other/1', async () => 'accept'),
        'NETWORK_TOPIC_NOT_ALLOWED'
      )
    })

    it('takes one handler a topic and a protocol', async () => {
      const ear = await listen(a, B)
      await expectCode(
        harness,
        a.subscribe(B, async () => 'accept'),
        'NETWORK_ALREADY_HANDLED'
      )
      await settled(harness, ear.unsubscribe())
      const name = protocol()
      const remove = await settled(
        harness,
        a.handle(name, () => answerWith())
      )
      await expectCode(
        harness,
        a.handle(name, () => answerWith()),
        'NETWORK_ALREADY_HANDLED'
      )
      await settled(harness, remove())
      await settled(
        harness,
        a.handle(name, () => answerWith())
      )
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

    it('refuses what is not an address', async () => {
      await expectCode(harness, a.connect('not an address'), 'NETWORK_ADDRESS_INVALID')
      await expectCode(harness, a.connect('/ip4/127.0.0.1/tcp/1'), 'NETWORK_ADDRESS_INVALID')
    })

    it('takes reports about anybody', () => {
      a.report(NOBODY, 'timeout')
      a.report(NOBODY, 'invalid-message')
    })

    it('tells of peers that leave; stopping ends what is in progress and is idempotent', async () => {
      const [d, e] = (await harness.create(2)) as [Network, Network]
      stopped.push(d, e)
      const events: string[] = []
      const remove = d.onPeer(({ type, peer }) => events.push(`${type} ${peer}`))
      const name = protocol()
      let aborted = false
      await settled(
        harness,
        e.handle(name, async function* (_request, { signal }) {
          yield new Uint8Array(1)
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          aborted = true
        })
      )
      const received: Uint8Array[] = []
      const work = (async () => {
        for await (const message of d.request(e.self, name, new Uint8Array(0))) {
          received.push(message)
        }
      })()
      const outcome = failure(harness, work)
      await harness.eventually(() => received.length === 1)
      await settled(harness, Promise.all([e.stop(), e.stop()]))
      expect(aborted).toBe(true)
      expect(await outcome).toMatchObject({ code: 'NETWORK_STREAM_RESET' })
      await harness.eventually(() => events.includes(`disconnect ${e.self}`) && !d.peers().includes(e.self))
      remove()
      await expectCode(harness, e.publish(A, new Uint8Array(1)), 'NETWORK_NOT_STARTED')
      await expectCode(harness, collect(e.request(d.self, name, new Uint8Array(0))), 'NETWORK_NOT_STARTED')
      await settled(harness, d.stop())
      await settled(harness, d.stop())
    })
  })
}
