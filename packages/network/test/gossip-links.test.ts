import type { Libp2pNetwork } from '@cortensor/network'
import { utf8ToBytes } from '@cortensor/utils'
import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { createGossipLinks } from '../src/peers/gossip-links.js'
import { eventually, startNode, TOPIC } from './support.js'

interface Identify {
  identify: (...args: unknown[]) => Promise<unknown>
}

const busy = (): Promise<never> => Promise.reject(new RangeError('The peer is too busy'))

/** The first try to identify a peer fails. Tells how many did. */
function failFirstIdentify({ libp2p }: Libp2pNetwork): () => number {
  const service = libp2p.services.identify as Identify
  const identify = service.identify.bind(service)
  let failed = 0
  service.identify = () => {
    service.identify = identify
    failed++
    return busy()
  }
  return () => failed
}

/** One connection, and what is done about it. */
function createLink(known: { protocols?: string[] } = {}) {
  let nowMs = 0
  const done: string[] = []
  const streamsOutbound = new Map<string, unknown>()
  const remotePeer = { toString: () => 'peer' } as PeerId
  const connection = { remotePeer, status: 'open', timeline: { open: 0 } } as Connection
  const connections = [connection]
  const links = createGossipLinks({
    libp2p: {
      getConnections: () => connections,
      peerStore: { get: async () => ({ protocols: known.protocols ?? [] }) },
      hangUp: async () => void done.push('hang up')
    } as unknown as Libp2p,
    router: { protocols: ['/meshsub/1.1.0'], streamsOutbound },
    identify: async () => void done.push('identify'),
    logger: undefined,
    now: () => nowMs
  })
  /** Looks once a second. */
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      nowMs += 1_000
      links.check()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { connections, done, pass, streamsOutbound }
}

describe('a connection without a stream of gossip', () => {
  it('is identified again after two seconds and every two, and closed after the third time', async () => {
    const link = createLink()
    await link.pass(1)
    expect(link.done).toEqual([])
    await link.pass(1)
    expect(link.done).toEqual(['identify'])
    await link.pass(4)
    expect(link.done).toEqual(['identify', 'identify', 'identify'])
    await link.pass(2)
    expect(link.done.at(-1)).toBe('hang up')
  })

  it('is left alone once it has one, and looked after again when that is gone', async () => {
    const link = createLink({ protocols: ['/meshsub/1.1.0'] })
    link.streamsOutbound.set('peer', {})
    await link.pass(10)
    expect(link.done).toEqual([])
    link.streamsOutbound.clear()
    await link.pass(1)
    expect(link.done).toEqual(['identify'])
  })

  it('is left alone when its peer does not speak gossip', async () => {
    const link = createLink({ protocols: ['/ipfs/bitswap/1.2.0'] })
    await link.pass(20)
    expect(link.done).toEqual([])
  })

  it('starts anew with a new connection', async () => {
    const link = createLink()
    await link.pass(6)
    expect(link.done).toHaveLength(3)
    link.connections[0] = { ...(link.connections[0] as Connection) }
    await link.pass(1)
    expect(link.done.at(-1)).toBe('identify')
  })
})

describe('two nodes that could not identify one another', () => {
  it('hear one another after all, on the same connection', async () => {
    const [a, b] = [await startNode(), await startNode()]
    const failures = [failFirstIdentify(a), failFirstIdentify(b)]
    const heard: string[] = []
    await a.subscribe(TOPIC, async () => 'accept')
    await b.subscribe(TOPIC, async (data) => {
      heard.push(Buffer.from(data).toString())
      return 'accept'
    })
    await a.connect(b.multiaddrs()[0] ?? '')
    const [connection] = a.libp2p.getConnections()
    await eventually(() => failures.every((failed) => failed() > 0))
    let round = 0
    await eventually(() => {
      if (round++ % 20 === 0) {
        void a.publish(TOPIC, utf8ToBytes(`round ${round}`))
      }
      return heard.length > 0
    }, 25_000)
    expect(a.libp2p.getConnections()).toEqual([connection])
  })
})
