// What a node costs that does nothing: in one process with others, and in a process of its own by role.
import { randomBytes } from 'node:crypto'
import { createLibp2pNetwork } from '@cortensor/network'
import { createHeliaStore } from '@cortensor/store'
import { canSeeProcesses, cpuMsOf, descendants, memoryOf } from './lib/processes.mjs'
import { createRawNode } from './lib/raw-libp2p.mjs'
import { eventually } from './lib/stats.mjs'
import { withSwarm } from './lib/swarm.mjs'
import { figure } from './lib/table.mjs'

export const title = 'memory of idle nodes'

const NODES = 40
const NETWORK_ID = '0123456789abcdef'
const TOPIC = { name: '/bench/memory/1', maxBytes: 4096 }

/** Long enough for meshes, routing tables and garbage to settle. */
const SETTLE_MS = 5_000
const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

/** What is resident, and what of it the program still refers to: the difference is room that the garbage collector keeps. */
function memory() {
  globalThis.gc?.()
  globalThis.gc?.()
  const { arrayBuffers, heapUsed, rss } = process.memoryUsage()
  return { residentMb: rss / 2 ** 20, liveMb: (heapUsed + arrayBuffers) / 2 ** 20 }
}

/** Every node knows the one before it; the DHT does the rest. */
async function ours(bootstrap) {
  const network = createLibp2pNetwork({
    seed: randomBytes(32),
    networkId: NETWORK_ID,
    topics: [TOPIC],
    localNetwork: true,
    bootstrap
  })
  await network.start()
  const store = createHeliaStore({ network, networkId: NETWORK_ID })
  await store.start()
  await network.subscribe(TOPIC.name, async () => 'accept')
  return {
    addresses: () => network.multiaddrs(),
    stop: async () => {
      await store.stop()
      await network.stop()
    }
  }
}

async function raw(bootstrap) {
  const node = await createRawNode()
  node.services.gossip.subscribe(TOPIC.name)
  for (const address of bootstrap) {
    await node.dial(address)
  }
  return { addresses: () => node.getMultiaddrs(), stop: () => node.stop() }
}

/** Memory that each of some nodes adds to this process, which has the code loaded before. */
async function perNode(create) {
  const first = await create([])
  // also what an earlier measurement left behind must be gone
  await settle()
  const before = memory()
  const nodes = [first]
  for (let i = 0; i < NODES; i++) {
    nodes.push(await create(nodes.at(-1).addresses()))
  }
  await settle()
  const after = memory()
  await Promise.all(nodes.map((node) => node.stop()))
  const each = (of) => (after[of] - before[of]) / NODES
  return { residentMb: each('residentMb'), liveMb: each('liveMb') }
}

const ROLES = ['miner', 'oracle', 'router']

const mean = (values) => values.reduce((total, value) => total + value, 0) / values.length

async function byRole() {
  return await withSwarm({ processes: true, epochSeconds: 60 }, async () => {
    await eventually(() => false, SETTLE_MS)
    const all = descendants()
    const of = (pattern) => all.filter(({ command }) => pattern.test(command)).map(({ pid }) => pid)
    const groups = [
      ...ROLES.map((role) => [`${role === 'oracle' ? 'an' : 'a'} ${role}'s process`, of(new RegExp(`--role ${role}`))]),
      ["a miner's engine process", of(/engine\/dist\/child/)],
      ['the dev chain', of(/anvil-linux.*--port/).slice(-1)]
    ]
    const busy = new Map(all.map(({ pid }) => [pid, cpuMsOf(pid)]))
    await settle()
    return groups.flatMap(([name, pids]) => {
      if (pids.length === 0) {
        return []
      }
      const memory = pids.map(memoryOf)
      const cpuMs = mean(pids.map((pid) => cpuMsOf(pid) - busy.get(pid)))
      return [{ name, rssMb: mean(memory.map(({ rssMb }) => rssMb)), pssMb: mean(memory.map(({ pssMb }) => pssMb)), cpuMs }]
    })
  })
}

export async function run() {
  const [alone, both] = [await perNode(raw), await perNode(ours)]
  const against = (of) => ({ against: 'libp2p and gossipsub alone', base: alone[of] })
  const name = `network and store, of ${NODES} nodes in one process, each`
  const figures = [
    figure(`${name}: resident`, both.residentMb, 'MB', against('residentMb')),
    figure(`${name}: live`, both.liveMb, 'MB', against('liveMb'))
  ]
  if (canSeeProcesses) {
    const bare = await bareProcess()
    for (const { cpuMs, name, pssMb, rssMb } of await byRole()) {
      figures.push(
        figure(`${name}: resident`, rssMb, 'MB', { against: 'node with an empty script', base: bare.rssMb }),
        figure(`${name}: its share of shared pages counted once`, pssMb, 'MB'),
        figure(`${name}: CPU while idle`, cpuMs / SETTLE_MS, 'cores')
      )
    }
  }
  return figures
}

async function bareProcess() {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const memory = memoryOf(child.pid)
  child.kill()
  return memory
}
