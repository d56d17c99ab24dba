// What a simulated hour of one node costs as the network grows: the scenario thousand-nodes (presence every minute, epochs and rounds of ten
// minutes, one task a second for a thousand nodes) with other numbers of nodes, and real gossip among few. CPU seconds, not wall clock.
import { readFileSync } from 'node:fs'
import { createVirtualMesh } from '@cortensor/network'
import { parseScenario, runScenario } from '@cortensor/simulator'
import { figure } from './lib/table.mjs'

const SCENARIO = new URL('../../packages/simulator/scenarios/thousand-nodes.yaml', import.meta.url)

/** More with CORTENSOR_BENCH_NODES=100,300,1000,3000, which takes hours of a machine. */
const SIZES = (process.env.CORTENSOR_BENCH_NODES ?? '100,300,1000').split(',').map(Number)

/** Two epochs with their rounds, and what begins the third. */
const MINUTES = 21
const REAL_NODES = 30
const REAL_MINUTES = 1

export const title = `simulation (light: ${MINUTES} minutes of the thousand-nodes scenario; full: ${REAL_MINUTES} minute of ${REAL_NODES} nodes on the swarm's timing)`

async function measure(scenario, minutes) {
  const before = process.cpuUsage()
  let rss = 0
  const { result } = await runScenario(scenario, {
    durationMs: minutes * 60_000,
    createMesh: createVirtualMesh,
    onProgress() {
      rss = Math.max(rss, process.memoryUsage.rss())
    }
  })
  const { system, user } = process.cpuUsage(before)
  return { cpuSeconds: (user + system) / 1e6, events: result.events, rss }
}

export async function run() {
  const base = parseScenario(readFileSync(SCENARIO, 'utf8'), 'thousand-nodes')
  const figures = []
  const add = ({ cpuSeconds, events, rss }, nodes, minutes, name) => {
    figures.push(
      figure(`${name}, CPU for an hour of a node`, (cpuSeconds * 1_000) / ((nodes * minutes) / 60), 'ms'),
      figure(`${name}, events`, events / cpuSeconds, '/CPU-s'),
      figure(`${name}, memory`, rss / 2 ** 20, 'MB')
    )
  }
  for (const nodes of SIZES) {
    const { oracles, routers } = base.nodes
    const scenario = {
      ...base,
      nodes: { ...base.nodes, miners: nodes - oracles - routers },
      workload: { tasksPerSecond: nodes / 1_000 }
    }
    add(await measure(scenario, MINUTES), nodes, MINUTES, `${nodes} light nodes`)
  }
  const real = parseScenario(`{ name: full, duration: 1m, fidelity: full, nodes: { miners: ${REAL_NODES - 5} } }`, 'full')
  add(await measure(real, REAL_MINUTES), REAL_NODES, REAL_MINUTES, `${REAL_NODES} full nodes`)
  return figures
}
