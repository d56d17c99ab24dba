import type { GossipVerdict, Network, NodeId, PeerEvent } from '@cortensor/interface'
import { createMemoryHub, createTrace, createVirtualClock, type MemoryHubInit, memoryNodeId } from '@cortensor/memory'
import { bytesToUtf8, createSeededRng, utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'

const TOPIC = 'topic'

async function world(count: number, init: Partial<MemoryHubInit> = {}) {
  const clock = createVirtualClock()
  const trace = createTrace()
  const hub = createMemoryHub({ clock, rng: createSeededRng('network'), trace, latencyMs: { min: 10, max: 20 }, ...init })
  const nodes = Array.from({ length: count }, (_, i) => hub.createNetwork({ self: memoryNodeId(`${i}`), region: `region-${i}` }))
  await Promise.all(nodes.map((node) => node.start()))
  const heard: string[][] = nodes.map(() => [])
  const verdicts: GossipVerdict[] = nodes.map(() => 'accept')
  const listen = (i: number, topic = TOPIC): Promise<() => Promise<void>> =>
    (nodes[i] as Network).subscribe(topic, async (data) => {
      heard[i]?.push(bytesToUtf8(data))
      return verdicts[i] ?? 'accept'
    })
  const say = (i: number, text: string): Promise<void> => (nodes[i] as Network).publish(TOPIC, utf8ToBytes(text))
  return { clock, trace, hub, nodes, heard, verdicts, listen, say }
}

const at = <T>(items: readonly T[], i: number): T => items[i] as T

async function read(answer: AsyncIterable<Uint8Array>, into: string[]): Promise<string> {
  try {
    for await (const message of answer) {
      into.push(bytesToUtf8(message))
    }
    return 'end'
  } catch (error) {
    return String((error as { code?: unknown }).code)
  }
}

describe('gossip', () => {
  it('takes the time that the latency model says', async () => {
    const { clock, listen, say, heard } = await world(2, {
      latencyMs: (from, to) => (from.region === 'region-0' && to.region === 'region-1' ? 70 : 1)
    })
    await listen(1)
    await say(0, 'x')
    await clock.advance(69)
    expect(heard[1]).toEqual([])
    await clock.advance(2)
    expect(heard[1]).toEqual(['x'])
  })

  it('keeps away what a node would only forward', async () => {
    const clock = createVirtualClock()
    const hub = createMemoryHub({ clock, rng: createSeededRng('hears') })
    const [loud, quiet, open, picky] = ['loud', 'quiet', 'open', 'picky'].map((label) =>
      hub.createNetwork({
        self: memoryNodeId(label),
        ...(label === 'picky' ? { hears: (_: string, from: NodeId) => from === memoryNodeId('loud') } : {})
      })
    ) as [Network, Network, Network, Network]
    const heard: Record<string, string[]> = { open: [], picky: [] }
    for (const [label, node] of Object.entries({ open, picky })) {
      await node.start()
      await node.subscribe(TOPIC, async (data) => {
        heard[label]?.push(bytesToUtf8(data))
        return 'accept'
      })
    }
    for (const [node, text] of [
      [loud, 'to all'],
      [quiet, 'to some']
    ] as const) {
      await node.start()
      await node.publish(TOPIC, utf8ToBytes(text))
    }
    await clock.advance(1000)
    expect(heard.open?.toSorted()).toEqual(['to all', 'to some'])
    expect(heard.picky).toEqual(['to all'])
    expect(hub.stats()).toMatchObject({ published: 2, delivered: 3, lost: 0 })
  })

  it('delivers equal bytes once while they are remembered', async () => {
    const { clock, listen, say, heard, hub } = await world(3, { seenTtlMs: 1000 })
    await listen(2)
    await say(0, 'x')
    await clock.advance(500)
    await say(1, 'x')
    await clock.advance(100)
    expect(heard[2]).toEqual(['x'])
    await clock.advance(1000)
    await say(1, 'x')
    await clock.advance(100)
    expect(heard[2]).toEqual(['x', 'x'])
    expect(hub.stats()).toMatchObject({ delivered: 2, published: 3 })
  })

  it('does not pass on later changes of the published bytes', async () => {
    const { clock, nodes, listen, heard } = await world(2)
    await listen(1)
    const bytes = utf8ToBytes('before')
    await at(nodes, 0).publish(TOPIC, bytes)
    bytes.fill(0)
    await clock.advance(100)
    expect(heard[1]).toEqual(['before'])
  })

  it('loses the share that it is told to', async () => {
    const { clock, listen, say, heard, hub } = await world(2, { lossRate: 0.25 })
    await listen(1)
    for (let i = 0; i < 2000; i++) {
      await say(0, `${i}`)
    }
    await clock.advance(100)
    // Binomial: 1500 expected, standard deviation 19.4; five of them either way.
    expect(heard[1]?.length).toBeGreaterThan(1400)
    expect(heard[1]?.length).toBeLessThan(1600)
    expect(hub.stats().lost).toBe(2000 - (heard[1]?.length ?? 0))
  })

  it('is forwarded only by subscribers that accept, where links are dialled', async () => {
    const { clock, nodes, listen, say, heard, verdicts } = await world(4, { topology: 'manual' })
    for (const i of [0, 1, 2]) {
      await clock.complete(at(nodes, i).connect(at(nodes, i + 1).multiaddrs()[0] ?? ''))
    }
    await listen(1)
    await listen(2)
    await listen(3)
    await say(0, 'one')
    await clock.advance(100)
    expect(heard.slice(1)).toEqual([['one'], ['one'], ['one']])
    verdicts[2] = 'ignore'
    await say(0, 'two')
    await clock.advance(100)
    expect(heard.slice(1)).toEqual([['one', 'two'], ['one', 'two'], ['one']])
    expect(at(nodes, 1).peers()).toEqual([at(nodes, 0).self, at(nodes, 2).self])
  })

  it('keeps away a peer that sent too much rubbish, for a while', async () => {
    const { clock, nodes, listen, say, heard, verdicts } = await world(2)
    const events: PeerEvent[] = []
    at(nodes, 1).onPeer((event) => events.push(event))
    await listen(1)
    verdicts[1] = 'reject'
    for (let i = 0; i < 20; i++) {
      await say(0, `bad ${i}`)
      await clock.advance(50)
    }
    expect(heard[1]?.length).toBeGreaterThanOrEqual(10)
    expect(heard[1]?.length).toBeLessThan(20)
    expect(at(nodes, 1).peers()).toEqual([])
    const answer = await clock.complete(read(at(nodes, 0).request(at(nodes, 1).self, 'p', new Uint8Array(0)), []))
    expect(answer).toBe('NETWORK_PEER_UNREACHABLE')
    await clock.advance(600_000)
    expect(events.map(({ type }) => type)).toEqual(['disconnect', 'connect'])
    verdicts[1] = 'accept'
    await say(0, 'good')
    await clock.advance(50)
    expect(heard[1]?.at(-1)).toBe('good')
  })

  it('forgives reports that are far apart', async () => {
    const { clock, nodes } = await world(2)
    for (let i = 0; i < 20; i++) {
      at(nodes, 1).report(at(nodes, 0).self, 'invalid-message')
      await clock.advance(11_000)
    }
    expect(at(nodes, 1).peers()).toEqual([at(nodes, 0).self])
    for (let i = 0; i < 10; i++) {
      at(nodes, 1).report(at(nodes, 0).self, 'invalid-message')
    }
    expect(at(nodes, 1).peers()).toEqual([])
  })
})

describe('partitions', () => {
  it('separate groups until they heal', async () => {
    const { clock, nodes, hub, listen, say, heard } = await world(4)
    const events: string[] = []
    at(nodes, 0).onPeer(({ type, peer }) => events.push(`${type} ${nodes.findIndex(({ self }) => self === peer)}`))
    for (const i of [1, 2, 3]) {
      await listen(i)
    }
    hub.partition([[at(nodes, 0).self, at(nodes, 1).self]])
    await say(0, 'half')
    await clock.advance(100)
    expect(heard.slice(1)).toEqual([['half'], [], []])
    expect(at(nodes, 0).peers()).toHaveLength(3)
    await clock.advance(10_000)
    expect(at(nodes, 0).peers()).toEqual([at(nodes, 1).self])
    hub.heal()
    await say(2, 'whole')
    await clock.advance(100)
    expect(heard[1]).toEqual(['half', 'whole'])
    expect(events).toEqual(['disconnect 2', 'disconnect 3', 'connect 2', 'connect 3'])
  })

  const ticking = async (detectMs: number) => {
    const made = await world(2, { detectMs })
    const { clock, nodes } = made
    await at(nodes, 1).handle('ticks', async function* (_request, { signal }) {
      for (let i = 0; i < 5; i++) {
        yield utf8ToBytes(`${i}`)
        await clock.sleep(100, { signal })
      }
    })
    const got: string[] = []
    const done = read(at(nodes, 0).request(at(nodes, 1).self, 'ticks', new Uint8Array(0)), got)
    await clock.advance(150)
    expect(got).toEqual(['0', '1'])
    made.hub.partition([[at(nodes, 0).self]])
    return { ...made, got, done }
  }

  it('hold streams up, which go on complete when it heals soon', async () => {
    const { clock, hub, got, done } = await ticking(10_000)
    await clock.advance(5000)
    expect(got).toEqual(['0', '1'])
    hub.heal()
    expect(await clock.complete(done)).toBe('end')
    expect(got).toEqual(['0', '1', '2', '3', '4'])
  })

  it('break streams that were held up for too long', async () => {
    const { clock, got, done } = await ticking(300)
    expect(await clock.complete(done)).toBe('NETWORK_STREAM_RESET')
    expect(got).toEqual(['0', '1'])
  })
})

describe('kill', () => {
  it('cuts the streams of a node and silences it', async () => {
    const { clock, nodes, hub, listen, heard } = await world(3)
    await listen(2)
    let aborted = false
    await at(nodes, 1).handle('hang', async function* (_request, { signal }) {
      yield utf8ToBytes('hello')
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      aborted = true
    })
    const got: string[] = []
    const done = read(at(nodes, 0).request(at(nodes, 1).self, 'hang', new Uint8Array(0)), got)
    await clock.advance(200)
    hub.kill(at(nodes, 1).self)
    expect(await clock.complete(done)).toBe('NETWORK_STREAM_RESET')
    expect([got, aborted]).toEqual([['hello'], true])
    await expect(at(nodes, 1).publish(TOPIC, utf8ToBytes('ghost'))).rejects.toMatchObject({ code: 'NETWORK_NOT_STARTED' })
    expect(at(nodes, 0).peers()).toEqual([at(nodes, 2).self])
    const again = hub.createNetwork({ self: at(nodes, 1).self })
    await again.start()
    await again.publish(TOPIC, utf8ToBytes('back'))
    await clock.advance(100)
    expect(heard[2]).toEqual(['back'])
    await expect(hub.createNetwork({ self: at(nodes, 1).self }).start()).rejects.toMatchObject({ code: 'NETWORK_LISTEN_FAILED' })
  })
})

describe('a restart', () => {
  it('keeps a node in its partition and its bans, and leaves nothing of its former life behind', async () => {
    const { clock, nodes, hub, listen, say, heard } = await world(3)
    await listen(0)
    for (let i = 0; i < 10; i++) {
      at(nodes, 0).report(at(nodes, 1).self, 'invalid-message')
    }
    hub.partition([[at(nodes, 2).self]])
    const reborn: Network[] = []
    for (const i of [1, 2]) {
      hub.kill(at(nodes, i).self)
      const again = hub.createNetwork({ self: at(nodes, i).self })
      await again.start()
      reborn.push(again)
      await again.publish(TOPIC, utf8ToBytes(`from ${i}`))
    }
    await clock.advance(100)
    expect(heard[0]).toEqual([])
    hub.heal()
    await clock.advance(600_000)
    for (const again of reborn) {
      await again.publish(TOPIC, utf8ToBytes(`again ${again.self}`))
    }
    await clock.advance(100)
    expect(heard[0]).toHaveLength(2)
    expect(at(nodes, 0).peers().toSorted()).toEqual(reborn.map(({ self }) => self).toSorted())
    await expect(say(1, 'ghost')).rejects.toMatchObject({ code: 'NETWORK_NOT_STARTED' })
  })
})

describe('a run', () => {
  const run = async (seed: string) => {
    const { clock, hub, nodes, listen, say, trace } = await world(20, { rng: createSeededRng(seed), lossRate: 0.1 })
    for (let i = 0; i < 20; i++) {
      await listen(i)
      await at(nodes, i).handle('echo', async function* (request) {
        yield request
      })
      clock.every(100 + i, () => void say(i, `${i} at ${clock.now()}`).catch(() => {}))
      clock.every(330 + i, () => void read(at(nodes, i).request(at(nodes, (i * 7 + 1) % 20).self, 'echo', new Uint8Array(i)), []))
    }
    clock.after(700, () => hub.kill(at(nodes, 3).self))
    await clock.advance(2000)
    return { digest: trace.digest(), lines: trace.lines }
  }

  it('is the same again from the same seed, and another one from another', async () => {
    const [first, second, other] = [await run('a'), await run('a'), await run('b')]
    expect(first.lines).toBeGreaterThan(1000)
    expect(second).toEqual(first)
    expect(other.digest).not.toBe(first.digest)
  })
})
