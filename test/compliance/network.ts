import type { Network, NodeId } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, expectCode, failure, type Harness, settled } from './harness.js'
import { answerWith, NOBODY, requestCompliance, text } from './network-requests.js'

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

    requestCompliance(() => ({ harness, a, b, c, protocol }))

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
