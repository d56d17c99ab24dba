// Delivery of gossip among many real nodes in one process: ours, with a signed envelope that every receiver checks before it forwards, and
// libp2p with gossipsub alone, on the same graph. Messages take turns between the two networks.
import { randomBytes } from 'node:crypto'
import { createSigner, createVerifier } from '@cortensor/crypto'
import { createLibp2pNetwork } from '@cortensor/network'
import { openEnvelope, sealEnvelope, TOPIC_LIMITS, topicName } from '@cortensor/protocols'
import { createRawNode } from './lib/raw-libp2p.mjs'
import { eventually, p50, p99 } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

/** NODES, MESSAGES and DEGREE (connections that each node opens) may be set in the environment. */
const NODES = Number(process.env.NODES ?? 50)
const MESSAGES = Number(process.env.MESSAGES ?? 100)
const DEGREE = Number(process.env.DEGREE ?? 5)
const MESSAGE_BYTES = 512
const BETWEEN_MESSAGES_MS = 100
const WARM_UP_MESSAGES = 10
const MIN_MESH = 4

export const title = `gossip over ${NODES} nodes in one process, messages of ${MESSAGE_BYTES} bytes`

const NETWORK_ID = '0011223344556677'
const FAMILY = 'task'
const TOPIC = topicName(NETWORK_ID, FAMILY)

/** Every node opens connections to others at growing distances on a ring. */
const neighbours = (i) => Array.from({ length: DEGREE }, (_, k) => (i + (k + 1) ** 2) % NODES)

/** Who was sent when, and how long each receiver waited for it. */
function createDeliveries() {
  const sentMs = new Map()
  const deliveries = { waitedMs: [], cpuMs: 0, sent: 0 }
  const keyOf = (payload) => Buffer.from(payload.subarray(0, 8)).toString('hex')
  return Object.assign(deliveries, {
    send(payload) {
      sentMs.set(keyOf(payload), performance.now())
      deliveries.sent++
    },
    receive(payload) {
      const sent = sentMs.get(keyOf(payload))
      if (sent !== undefined) {
        deliveries.waitedMs.push(performance.now() - sent)
      }
    },
    reset() {
      Object.assign(deliveries, { waitedMs: [], cpuMs: 0, sent: 0 })
    }
  })
}

async function createOurs() {
  const deliveries = createDeliveries()
  const verifier = createVerifier()
  const nodes = []
  for (let i = 0; i < NODES; i++) {
    const seed = new Uint8Array(randomBytes(32))
    // A DHT of its own keeps discovery out of it, which would connect every node to every other.
    const topics = [{ name: TOPIC, maxBytes: TOPIC_LIMITS[FAMILY].maxBytes }]
    const network = createLibp2pNetwork({ seed, networkId: `bench-${i}`, topics, localNetwork: true })
    await network.start()
    await network.subscribe(TOPIC, async (data) => {
      const context = { networkId: NETWORK_ID, family: FAMILY, verifier, nowMs: Date.now() }
      deliveries.receive((await openEnvelope(data, context)).payload)
      return 'accept'
    })
    nodes.push({ network, signer: createSigner({ nodeSeed: seed, operatorKey: new Uint8Array(randomBytes(32)) }) })
  }
  for (const [i, { network }] of nodes.entries()) {
    for (const k of neighbours(i)) {
      const other = nodes[k].network
      if (other !== network && !network.peers().includes(other.self)) {
        await network.connect(other.multiaddrs()[0])
      }
    }
  }
  let sequence = 0
  return {
    deliveries,
    meshes: () => nodes.map(({ network }) => network.libp2p.services.gossip.getMeshPeers(TOPIC).length),
    async publish(i, payload) {
      const { network, signer } = nodes[i]
      const expiryMs = Date.now() + TOPIC_LIMITS[FAMILY].maxLifetimeMs / 2
      const envelope = { networkId: NETWORK_ID, family: FAMILY, sequence: ++sequence, expiryMs, payload }
      await network.publish(TOPIC, await sealEnvelope(signer, envelope))
    },
    stop: () => Promise.all(nodes.map(({ network }) => network.stop()))
  }
}

async function createRaw() {
  const deliveries = createDeliveries()
  const nodes = await Promise.all(Array.from({ length: NODES }, () => createRawNode()))
  for (const node of nodes) {
    node.services.gossip.addEventListener('message', ({ detail }) => deliveries.receive(detail.data))
    node.services.gossip.subscribe(TOPIC)
  }
  for (const [i, node] of nodes.entries()) {
    for (const k of neighbours(i)) {
      if (k !== i && node.getConnections(nodes[k].peerId).length === 0) {
        await node.dial(nodes[k].getMultiaddrs()[0])
      }
    }
  }
  return {
    deliveries,
    meshes: () => nodes.map((node) => node.services.gossip.getMeshPeers(TOPIC).length),
    publish: (i, payload) => nodes[i].services.gossip.publish(TOPIC, payload),
    stop: () => Promise.all(nodes.map((node) => node.stop()))
  }
}

async function send(side, i) {
  const payload = new Uint8Array(randomBytes(MESSAGE_BYTES))
  const { deliveries } = side
  const expected = deliveries.waitedMs.length + NODES - 1
  const before = process.cpuUsage()
  deliveries.send(payload)
  await side.publish((i * 7) % NODES, payload)
  await eventually(() => deliveries.waitedMs.length >= expected, BETWEEN_MESSAGES_MS)
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_MESSAGES_MS))
  const { system, user } = process.cpuUsage(before)
  deliveries.cpuMs += (user + system) / 1000
}

export async function run() {
  const sides = [await createOurs(), await createRaw()]
  const formed = () => sides.every(({ meshes }) => Math.min(...meshes()) >= Math.min(MIN_MESH, NODES - 1))
  await eventually(formed, 30_000)
  for (let i = 0; i < MESSAGES + WARM_UP_MESSAGES; i++) {
    if (i === WARM_UP_MESSAGES) {
      for (const { deliveries } of sides) {
        deliveries.reset()
      }
    }
    for (const side of i % 2 === 0 ? sides : sides.toReversed()) {
      await send(side, i)
    }
  }
  const [ours, raw] = sides.map(({ deliveries }) => deliveries)
  const against = (of) => ({ against: 'gossipsub alone', base: of(raw) })
  const delivered = ({ sent, waitedMs }) => (100 * waitedMs.length) / (sent * (NODES - 1))
  const cpuEach = ({ cpuMs, waitedMs }) => (cpuMs * 1000) / waitedMs.length
  const figures = [
    figure(
      'delivery, p50',
      p50(ours.waitedMs),
      'ms',
      against(({ waitedMs }) => p50(waitedMs))
    ),
    figure(
      'delivery, p99',
      p99(ours.waitedMs),
      'ms',
      against(({ waitedMs }) => p99(waitedMs))
    ),
    figure('delivered', delivered(ours), '%', against(delivered)),
    figure('CPU of a delivery, upkeep of all nodes included', cpuEach(ours), 'us', against(cpuEach))
  ]
  await Promise.all(sides.map((side) => side.stop()))
  return figures
}
