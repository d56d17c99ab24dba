import type { GossipVerdict } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { createCountingMetrics, eventually, startNode, startSwarm, TOPIC, TOPICS } from './support.js'

const GOSSIP = 'cortensor_network_gossip_messages_total'

describe('gossip', () => {
  it('reaches all of ten nodes that knew only one address', async () => {
    const nodes = await startSwarm(10)
    await eventually(() => nodes.every((node) => node.peers().length >= 3))
    const heard = nodes.map(() => new Set<string>())
    await Promise.all(
      nodes.map((node, i) =>
        node.subscribe(TOPIC, async (data) => {
          heard[i]?.add(Buffer.from(data).toString())
          return 'accept'
        })
      )
    )
    const sent = nodes.map((_, i) => `from ${i}`)
    // Subscriptions travel on their own; a message from before they arrived goes to nobody.
    let round = 0
    await eventually(() => {
      if (round++ % 50 === 0) {
        nodes.forEach((node, i) => void node.publish(TOPIC, utf8ToBytes(`from ${i} ${round}`)))
      }
      return heard.every((messages, i) =>
        sent.every((prefix, j) => i === j || [...messages].some((message) => message.startsWith(`${prefix} `)))
      )
    })
    for (const [i, messages] of heard.entries()) {
      expect([...messages].filter((message) => message.startsWith(`from ${i} `))).toEqual([])
    }
    // ten whole nodes, two waits: a busy machine takes its time
  }, 60_000)

  /** a - b - c, where a and c know nothing of each other. */
  async function line(verdict: (text: string) => GossipVerdict | Promise<GossipVerdict>) {
    const metrics = createCountingMetrics()
    const a = await startNode({ networkId: 'a', topics: TOPICS.map((topic) => ({ ...topic, maxBytes: 100_000 })) })
    const b = await startNode({ networkId: 'b', metrics })
    const c = await startNode({ networkId: 'c' })
    const heard: string[] = []
    await b.subscribe(TOPIC, async (data) => verdict(Buffer.from(data).toString()))
    await c.subscribe(TOPIC, async (data) => {
      heard.push(Buffer.from(data).toString())
      return 'accept'
    })
    await a.connect(b.multiaddrs()[0] ?? '')
    await c.connect(b.multiaddrs()[0] ?? '')
    let attempt = 0
    await eventually(() => {
      void a.publish(TOPIC, utf8ToBytes(`ready ${++attempt}`))
      return heard.length > 0
    })
    return { a, b, c, heard, metrics }
  }

  it('forwards only what the handler accepted', async () => {
    const { a, heard, metrics } = await line(async (text) => {
      if (text === 'throw') {
        throw new Error('A fault of the handler')
      }
      return text === 'bad' ? 'reject' : text === 'late' ? 'ignore' : 'accept'
    })
    for (const message of ['bad', 'late', 'throw', 'good']) {
      await a.publish(TOPIC, utf8ToBytes(message))
    }
    await eventually(() => heard.includes('good'))
    expect(heard.filter((message) => !message.startsWith('ready'))).toEqual(['good'])
    expect(metrics.count(GOSSIP, { topic: TOPIC, outcome: 'rejected' })).toBe(1)
    expect(metrics.count(GOSSIP, { topic: TOPIC, outcome: 'ignored' })).toBe(1)
    expect(metrics.count(GOSSIP, { topic: TOPIC, outcome: 'failed' })).toBe(1)
  })

  it('never shows an oversize message to a handler and counts it', async () => {
    const seen: number[] = []
    const { a, heard, metrics } = await line((text) => {
      seen.push(text.length)
      return 'accept'
    })
    await a.publish(TOPIC, new Uint8Array(1025))
    await a.publish(TOPIC, new Uint8Array(99_999))
    await a.publish(TOPIC, utf8ToBytes('good'))
    await eventually(() => heard.includes('good'))
    expect(metrics.count(GOSSIP, { topic: TOPIC, outcome: 'oversize' })).toBe(2)
    expect(Math.max(...seen)).toBeLessThan(1025)
  })

  it('denies a peer that keeps sending provably bad messages', async () => {
    const { a, b } = await line((text) => (text.startsWith('bad') ? 'reject' : 'accept'))
    for (let i = 0; i < 12; i++) {
      await a.publish(TOPIC, utf8ToBytes(`bad ${i}`))
    }
    await eventually(() => !b.peers().includes(a.self))
    const events: string[] = []
    b.onPeer(({ type }) => events.push(type))
    // The dialler learns only after the handshake that it is not wanted.
    await a.connect(b.multiaddrs()[0] ?? '').catch(() => {})
    await eventually(() => a.peers().length === 0)
    expect(events).toEqual([])
  })

  it('drops the newcomers, not the node, when handlers cannot keep up', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let blocked = false
    const { a, metrics } = await line(async (): Promise<GossipVerdict> => {
      if (blocked) {
        await gate
      }
      return 'accept'
    })
    blocked = true
    for (let i = 0; i < 900; i++) {
      await a.publish(TOPIC, utf8ToBytes(`flood ${i}`))
    }
    await eventually(() => metrics.count(GOSSIP, { topic: TOPIC, outcome: 'dropped' }) >= 100)
    release()
    await eventually(() => metrics.count(GOSSIP, { topic: TOPIC, outcome: 'accepted' }) >= 800)
  })
})
