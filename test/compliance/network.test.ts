import { randomBytes } from 'node:crypto'
import type { Network } from '@cortensor/interface'
import { createLibp2pNetwork, type Libp2pNetwork } from '@cortensor/network'
import { pollReal } from './harness.js'
import { COMPLIANCE_TOPICS, networkCompliance } from './network.js'

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
