import { randomBytes } from 'node:crypto'
import type { Network } from '@cortensor/interface'
import { createMemoryHub, createVirtualClock, memoryNodeId } from '@cortensor/memory'
import { createLibp2pNetwork, type Libp2pNetwork } from '@cortensor/network'
import { createSeededRng } from '@cortensor/utils'
import { pollReal } from './harness.js'
import { COMPLIANCE_TOPICS, networkCompliance } from './network.js'
import { pollVirtual } from './virtual.js'

networkCompliance('libp2p on loopback', async () => {
  const all: Libp2pNetwork[] = []
  return {
    async create(count): Promise<Network[]> {
      const networks = Array.from({ length: count }, () =>
        createLibp2pNetwork({ seed: randomBytes(32), networkId: 'compliance', topics: COMPLIANCE_TOPICS, localNetwork: true })
      )
      all.push(...networks)
      await Promise.all(networks.map((network) => network.start()))
      for (const [i, network] of networks.entries()) {
        for (const other of networks.slice(i + 1)) {
          await network.connect(other.multiaddrs()[0] ?? '')
        }
      }
      await pollReal(() => networks.every((network) => network.peers().length === count - 1))
      return networks
    },
    eventually: pollReal,
    async teardown() {
      await Promise.all(all.map((network) => network.stop()))
    }
  }
})

for (const topology of ['all', 'manual'] as const) {
  networkCompliance(`in memory, links by topology ${topology}`, async () => {
    const clock = createVirtualClock()
    const hub = createMemoryHub({ clock, rng: createSeededRng('compliance'), topology })
    const all: Network[] = []
    return {
      async create(count): Promise<Network[]> {
        const networks = Array.from({ length: count }, (_, i) =>
          hub.createNetwork({ self: memoryNodeId(`${all.length + i}`), topics: COMPLIANCE_TOPICS })
        )
        // Those of earlier calls are out of reach in a topology without dialling: two calls, two islands.
        hub.partition([networks.map((network) => network.self)])
        all.push(...networks)
        await Promise.all(networks.map((network) => network.start()))
        for (const [i, network] of networks.entries()) {
          for (const other of networks.slice(i + 1)) {
            await clock.complete(network.connect(other.multiaddrs()[0] ?? ''))
          }
        }
        return networks
      },
      eventually: pollVirtual(clock),
      async teardown() {
        await Promise.all(all.map((network) => network.stop()))
      }
    }
  })
}
