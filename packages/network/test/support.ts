import { randomBytes } from 'node:crypto'
import type { Metrics } from '@cortensor/interface'
import { createLibp2pNetwork, type Libp2pNetwork, type Libp2pNetworkInit } from '@cortensor/network'
import { afterEach } from 'vitest'

export const TOPIC = '/test/a/1'
export const TOPICS = [
  { name: TOPIC, maxBytes: 1024 },
  { name: '/test/b/1', maxBytes: 1024 }
]

const started: Libp2pNetwork[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((network) => network.stop()))
})

export function makeNode(init: Partial<Libp2pNetworkInit> = {}): Libp2pNetwork {
  const network = createLibp2pNetwork({ seed: randomBytes(32), networkId: 'test', topics: TOPICS, localNetwork: true, ...init })
  started.push(network)
  return network
}

export async function startNode(init: Partial<Libp2pNetworkInit> = {}): Promise<Libp2pNetwork> {
  const network = makeNode(init)
  await network.start()
  return network
}

/** A swarm that knows nothing but its first node's address. */
export async function startSwarm(count: number, init: Partial<Libp2pNetworkInit> = {}): Promise<Libp2pNetwork[]> {
  const first = await startNode(init)
  const others = Array.from({ length: count - 1 }, () => startNode({ ...init, bootstrap: first.multiaddrs() }))
  return [first, ...(await Promise.all(others))]
}

export async function eventually(predicate: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!predicate()) {
    if (performance.now() > deadline) {
      throw new Error(`Not so after ${timeoutMs} ms: ${predicate}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export interface CountingMetrics extends Metrics {
  /** Sum of a counter over the label sets that contain these labels. */
  count(name: string, labels?: Record<string, string>): number
}

export function createCountingMetrics(): CountingMetrics {
  const counts: { name: string; labels: Record<string, string>; value: number }[] = []
  return {
    counter: ({ name }) => ({ inc: (labels = {}, value = 1) => void counts.push({ name, labels, value }) }),
    gauge: () => ({ set: () => {} }),
    histogram: () => ({ observe: () => {} }),
    count: (name, labels = {}) =>
      counts
        .filter((entry) => entry.name === name && Object.entries(labels).every(([key, value]) => entry.labels[key] === value))
        .reduce((sum, { value }) => sum + value, 0)
  }
}
