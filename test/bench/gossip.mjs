// Gossip delivery over real nodes in one process, and what an idle node costs. Prints one line of JSON.
// NODES, MESSAGES and DEGREE (connections that each node opens) may be set in the environment. Run with --expose-gc for the memory.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLibp2pNetwork } from '@cortensor/network'

const NODES = Number(process.env.NODES ?? 50)
const MESSAGES = Number(process.env.MESSAGES ?? 50)
const DEGREE = Number(process.env.DEGREE ?? 5)
const MESSAGE_BYTES = 1024
const TOPIC = { name: '/bench/gossip/1', maxBytes: 4096 }

const memory = () => {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapUsed, rss }
}
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null
const round = (value, digits = 1) => (value === null ? null : Number(value.toFixed(digits)))

async function eventually(predicate, timeoutMs) {
  const deadline = performance.now() + timeoutMs
  while (!predicate() && performance.now() < deadline) {
    await sleep(20)
  }
}

// Loaded once before the first measurement, so that the modules are not counted as a node.
const warm = createLibp2pNetwork({ seed: randomBytes(32), networkId: 'warm', topics: [TOPIC], localNetwork: true })
await warm.start()
await warm.stop()

const before = memory()
const startedAt = performance.now()
const nodes = []
for (let i = 0; i < NODES; i++) {
  // A network id of its own keeps the DHT out of it: it would connect every node to every other, and gossip is what is measured.
  const node = createLibp2pNetwork({ seed: randomBytes(32), networkId: `bench-${i}`, topics: [TOPIC], localNetwork: true })
  await node.start()
  nodes.push(node)
}
const sentAt = new Map()
const latencies = []
for (const node of nodes) {
  await node.subscribe(TOPIC.name, async (data) => {
    const sent = sentAt.get(Buffer.from(data.buffer, data.byteOffset, 8).readUInt32BE(0))
    if (sent !== undefined) {
      latencies.push(performance.now() - sent)
    }
    return 'accept'
  })
}
for (const [i, node] of nodes.entries()) {
  for (let k = 1; k <= DEGREE; k++) {
    const other = nodes[(i + k * k) % NODES]
    if (other !== node && !node.peers().includes(other.self)) {
      await node.connect(other.multiaddrs()[0])
    }
  }
}
const meshes = () => nodes.map((node) => node.libp2p.services.gossip.getMeshPeers(TOPIC.name).length)
await eventually(() => Math.min(...meshes()) >= Math.min(4, NODES - 1), 30_000)
const setupMs = performance.now() - startedAt
await sleep(2_000)
const idleCpu = process.cpuUsage()
await sleep(3_000)
const idle = process.cpuUsage(idleCpu)
const after = memory()

const cpu = process.cpuUsage()
for (let i = 0; i < MESSAGES; i++) {
  const data = randomBytes(MESSAGE_BYTES)
  data.writeUInt32BE(i, 0)
  sentAt.set(i, performance.now())
  await nodes[(i * 7) % NODES].publish(TOPIC.name, data)
  await sleep(100)
}
const expected = MESSAGES * (NODES - 1)
await eventually(() => latencies.length >= expected, 5_000)
const used = process.cpuUsage(cpu)
const sorted = latencies.toSorted((a, b) => a - b)
const mesh = meshes().toSorted((a, b) => a - b)

console.log(
  JSON.stringify({
    bench: 'gossip',
    nodes: NODES,
    connections: nodes.reduce((sum, node) => sum + node.peers().length, 0) / 2,
    setupMs: round(setupMs, 0),
    mesh: { min: mesh[0], median: quantile(mesh, 0.5), max: mesh.at(-1) },
    idleHeapPerNodeKb: round((after.heapUsed - before.heapUsed) / NODES / 1024, 0),
    idleRssPerNodeKb: round((after.rss - before.rss) / NODES / 1024, 0),
    idleCpuMsPerNodeSecond: round((idle.user + idle.system) / 3_000 / NODES, 2),
    messages: MESSAGES,
    delivered: sorted.length,
    expected,
    p50Ms: round(quantile(sorted, 0.5)),
    p99Ms: round(quantile(sorted, 0.99)),
    cpuUsPerDelivery: round((used.user + used.system) / Math.max(1, sorted.length), 0)
  })
)
await Promise.all(nodes.map((node) => node.stop()))
