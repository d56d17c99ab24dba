import { describe, expect, it } from 'vitest'
import { createCountingMetrics, eventually, startNode } from './support.js'

const PROTOCOL = '/test/stream/1.0.0'

async function pair() {
  const metrics = createCountingMetrics()
  const [client, server] = await Promise.all([startNode(), startNode({ metrics })])
  await client.connect(server.multiaddrs()[0] ?? '')
  return { client, server, metrics }
}

describe('request streams', () => {
  it('carries 20,000 small messages in order', async () => {
    const { client, server } = await pair()
    await server.handle(PROTOCOL, async function* () {
      for (let i = 0; i < 20_000; i++) {
        yield Uint8Array.of(i & 255, i >> 8)
      }
    })
    let expected = 0
    for await (const message of client.request(server.self, PROTOCOL, new Uint8Array(0))) {
      if (message[0]! + (message[1]! << 8) !== expected++) {
        expect.fail(`Message ${expected - 1} is out of order`)
      }
    }
    expect(expected).toBe(20_000)
  })

  it('carries one message larger than every window', async () => {
    const { client, server } = await pair()
    const size = 3_000_000
    await server.handle(
      PROTOCOL,
      async function* (request) {
        yield request
      },
      { maxRequestBytes: size, maxResponseBytes: size }
    )
    const request = new Uint8Array(size).map((_, i) => i * 31)
    for await (const message of client.request(server.self, PROTOCOL, request, { maxResponseBytes: size })) {
      expect(Buffer.compare(message, request)).toBe(0)
    }
  })

  it('stops a producer within 1.5 MB of a reader that stopped, and goes on with it', async () => {
    const { client, server } = await pair()
    const messageBytes = 200
    const total = 15_000
    let produced = 0
    await server.handle(PROTOCOL, async function* () {
      for (; produced < total; produced++) {
        yield new Uint8Array(messageBytes)
      }
    })
    const iterator = client.request(server.self, PROTOCOL, new Uint8Array(0))[Symbol.asyncIterator]()
    await iterator.next()
    let last = -1
    let unchanged = 0
    await eventually(() => {
      unchanged = produced === last ? unchanged + 1 : 0
      last = produced
      return unchanged > 30
    })
    expect(produced * messageBytes).toBeLessThan(1_500_000)
    let received = 1
    while ((await iterator.next()).done !== true) {
      received++
    }
    expect(received).toBe(total)
  })

  it('aborts the handler of a requester that vanishes', async () => {
    const { client, server, metrics } = await pair()
    let aborted = false
    await server.handle(PROTOCOL, async function* (_request, { signal }) {
      signal.addEventListener('abort', () => {
        aborted = true
      })
      yield new Uint8Array(1)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    })
    const iterator = client.request(server.self, PROTOCOL, new Uint8Array(0))[Symbol.asyncIterator]()
    await iterator.next()
    const next = iterator.next()
    next.catch(() => {})
    await client.stop()
    await expect(next).rejects.toMatchObject({ code: 'NETWORK_STREAM_RESET' })
    await eventually(() => aborted)
    await eventually(() => metrics.count('cortensor_network_handled_requests_total', { outcome: 'aborted' }) === 1)
  })

  it('does not take a connection closed in the middle for the end of the answer', async () => {
    const { client, server } = await pair()
    await server.handle(PROTOCOL, async function* (_request, { signal }) {
      yield new Uint8Array(1)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    })
    const iterator = client.request(server.self, PROTOCOL, new Uint8Array(0))[Symbol.asyncIterator]()
    await iterator.next()
    const next = iterator.next()
    next.catch(() => {})
    await Promise.all(server.libp2p.getConnections().map((connection) => connection.close()))
    await expect(next).rejects.toMatchObject({ code: 'NETWORK_STREAM_RESET' })
  })

  it('has places for who is served, however many streams others hold without a word', async () => {
    const { client: friend, server, metrics } = await pair()
    const others = await Promise.all([startNode(), startNode()])
    await server.handle(
      PROTOCOL,
      async function* (request) {
        yield request
      },
      { maxStreams: 4, serves: (peer) => peer === friend.self }
    )
    for (const other of others) {
      await other.connect(server.multiaddrs()[0] ?? '')
      const [connection] = other.libp2p.getConnections()
      await Promise.all(Array.from({ length: 4 }, () => connection?.newStream(PROTOCOL).catch(() => null)))
    }
    const handled = (outcome: string): number => metrics.count('cortensor_network_handled_requests_total', { outcome })
    await eventually(() => handled('refused') + handled('limited') >= 4)
    const answers: Uint8Array[] = []
    for await (const message of friend.request(server.self, PROTOCOL, Uint8Array.of(7))) {
      answers.push(message)
    }
    expect(answers).toEqual([Uint8Array.of(7)])
  })

  it('reaches a peer it never heard of by the addresses given', async () => {
    const [client, server] = await Promise.all([startNode(), startNode()])
    await server.handle(PROTOCOL, async function* (request) {
      yield request
    })
    const answer = client.request(server.self, PROTOCOL, Uint8Array.of(7), { addresses: server.multiaddrs() })
    for await (const message of answer) {
      expect(message).toEqual(Uint8Array.of(7))
    }
    expect(client.peers()).toEqual([server.self])
  })
})
