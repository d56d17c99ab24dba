import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519FromSeed, publicKeyToNodeId } from '@cortensor/crypto'
import { describe, expect, it } from 'vitest'
import { eventually, makeNode, startNode, startSwarm, TOPIC } from './support.js'

describe('lifecycle', () => {
  it('keeps its identity and finds its peers again from the data folder alone', async () => {
    const datastoreDir = await mkdtemp(join(tmpdir(), 'network-'))
    const seed = randomBytes(32)
    const other = await startNode()
    const before = await startNode({ seed, datastoreDir, bootstrap: other.multiaddrs() })
    await eventually(() => before.peers().includes(other.self))
    expect(before.self).toBe(publicKeyToNodeId(ed25519FromSeed(seed).publicKey))
    await before.stop()
    await eventually(() => !other.peers().includes(before.self))
    const after = await startNode({ seed, datastoreDir })
    expect(after.self).toBe(before.self)
    await eventually(() => after.peers().includes(other.self))
    await after.stop()
    await rm(datastoreDir, { recursive: true })
  })

  it('keeps subscriptions and handlers over a restart', async () => {
    const [a, b] = await Promise.all([startNode(), startNode()])
    const heard: Uint8Array[] = []
    await b.subscribe(TOPIC, async (data) => {
      heard.push(data)
      return 'accept'
    })
    await b.handle('/test/echo/1.0.0', async function* (request) {
      yield request
    })
    await b.stop()
    await b.start()
    await a.connect(b.multiaddrs()[0] ?? '')
    for await (const message of a.request(b.self, '/test/echo/1.0.0', Uint8Array.of(1))) {
      expect(message).toEqual(Uint8Array.of(1))
    }
    let n = 0
    await eventually(() => {
      void a.publish(TOPIC, Uint8Array.of(n++ & 255, n >> 8))
      return heard.length > 0
    })
  })

  it('names the address that is in use', async () => {
    const first = await startNode()
    const port = /tcp\/(\d+)/.exec(first.multiaddrs()[0] ?? '')?.[1]
    const second = makeNode({ listen: [`/ip4/127.0.0.1/tcp/${port}`] })
    await expect(second.start()).rejects.toMatchObject({
      code: 'NETWORK_LISTEN_FAILED',
      message: expect.stringContaining(`/ip4/127.0.0.1/tcp/${port}`)
    })
    expect(second.multiaddrs()).toEqual([])
  })

  it('says which other node holds the data folder', async () => {
    const datastoreDir = await mkdtemp(join(tmpdir(), 'network-'))
    const first = await startNode({ datastoreDir })
    await expect(makeNode({ datastoreDir }).start()).rejects.toMatchObject({ code: 'STORE_LOCKED' })
    await first.stop()
    await rm(datastoreDir, { recursive: true })
  })

  it('refuses a bootstrap address without a peer id', async () => {
    await expect(makeNode({ bootstrap: ['/ip4/127.0.0.1/tcp/1'] }).start()).rejects.toMatchObject({
      code: 'NETWORK_ADDRESS_INVALID'
    })
  })

  it('waits for a bootstrap node that comes later, and dials again when it went away', async () => {
    const seed = randomBytes(32)
    const first = await startNode({ seed })
    const address = first.multiaddrs()[0] ?? ''
    const listen = [address.replace(/\/p2p\/.*/, '')]
    await first.stop()
    const late = await startNode({ bootstrap: [address] })
    expect(late.peers()).toEqual([])
    const again = await startNode({ seed, listen })
    await eventually(() => late.peers().includes(again.self))
    await again.stop()
    await eventually(() => late.peers().length === 0)
    await startNode({ seed, listen })
    await eventually(() => late.peers().includes(again.self))
  })

  it('disconnects and refuses a peer that is reported often enough', async () => {
    const [a, b] = await startSwarm(2)
    await eventually(() => a!.peers().includes(b!.self))
    for (let i = 0; i < 5; i++) {
      a!.report(b!.self, 'protocol-violation')
    }
    await eventually(() => !a!.peers().includes(b!.self))
    const events: string[] = []
    a!.onPeer(({ type }) => events.push(type))
    // The dialler learns only after the handshake that it is not wanted.
    await b!.connect(a!.multiaddrs()[0] ?? '').catch(() => {})
    await eventually(() => b!.peers().length === 0)
    expect(events).toEqual([])
    await expect(a!.connect(b!.multiaddrs()[0] ?? '')).rejects.toMatchObject({ code: 'NETWORK_PEER_UNREACHABLE' })
  })

  it('may be started and stopped at will', async () => {
    const node = makeNode()
    await Promise.all([node.start(), node.start()])
    const addresses = node.multiaddrs()
    expect(addresses).toHaveLength(1)
    await Promise.all([node.stop(), node.start(), node.stop(), node.stop()])
    expect(node.multiaddrs()).toEqual([])
    expect(() => node.libp2p).toThrow(expect.objectContaining({ code: 'NETWORK_NOT_STARTED' }))
  })
})
