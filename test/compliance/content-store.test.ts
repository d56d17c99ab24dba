import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NetworkId, Startable } from '@cortensor/interface'
import { createMemoryHub, createVirtualClock, memoryNodeId } from '@cortensor/memory'
import { createLibp2pNetwork } from '@cortensor/network'
import { createHeliaStore } from '@cortensor/store'
import { createSeededRng, stopAll } from '@cortensor/utils'
import { type ContentPeer, contentStoreCompliance } from './content-store.js'
import { pollReal } from './harness.js'
import { pollVirtual } from './virtual.js'

const NETWORK_ID = '0123456789abcdef' as NetworkId

for (const where of ['memory', 'disk'] as const) {
  contentStoreCompliance(`Helia on loopback, blocks in ${where}`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'content-store-'))
    const started: Startable[] = []
    let count = 0
    const create = async (bootstrap: string[]): Promise<ContentPeer & { addresses: string[] }> => {
      const network = createLibp2pNetwork({
        seed: randomBytes(32),
        networkId: NETWORK_ID,
        topics: [],
        localNetwork: true,
        bootstrap
      })
      const dir = where === 'disk' ? join(root, String(count++)) : undefined
      const store = createHeliaStore({ network, networkId: NETWORK_ID, dir, fetchTimeoutMs: 1_000 })
      started.push(network, store)
      await network.start()
      await store.start()
      return { self: network.self, store, addresses: network.multiaddrs() }
    }
    return {
      async create(size) {
        const first = await create([])
        const others = await Promise.all(Array.from({ length: size - 1 }, () => create(first.addresses)))
        const networks = started.filter((part) => 'peers' in part) as { peers(): string[] }[]
        await pollReal(() => size === 1 || networks.every((network) => network.peers().length >= size - 1))
        return [first, ...others]
      },
      eventually: pollReal,
      async teardown() {
        await stopAll(started)
        await rm(root, { recursive: true })
      }
    }
  })
}

for (const topology of ['all', 'manual'] as const) {
  contentStoreCompliance(`in memory, links by topology ${topology}`, async () => {
    const clock = createVirtualClock()
    const hub = createMemoryHub({ clock, rng: createSeededRng('compliance'), topology })
    const started: Startable[] = []
    let count = 0
    const create = async (): Promise<ContentPeer> => {
      const self = memoryNodeId(`${count++}`)
      const network = hub.createNetwork({ self })
      const store = hub.createContentStore({ self })
      started.push(network, store)
      await network.start()
      await store.start()
      return { self, store }
    }
    return {
      create: (size) => Promise.all(Array.from({ length: size }, create)),
      eventually: pollVirtual(clock),
      teardown: () => stopAll(started)
    }
  })
}
