// From built to ready: the swarm that `npm start` runs, by step, against the slowest thing that it cannot do without.
import { createLlamaEngine } from '@cortensor/engine'
import { builtinModel } from './lib/chat.mjs'
import { sum, timed } from './lib/stats.mjs'
import { figure } from './lib/table.mjs'

export const title = 'swarm ready, from built (4 oracles, 1 router, 4 miners)'

const STEPS = {
  keys: 'keys',
  chain: 'dev chain listens',
  contracts: 'contracts deployed',
  nodes: 'nodes started, stakes paid, models loaded',
  discovery: 'the router sees every miner'
}

async function engineAlone() {
  const engine = createLlamaEngine({ models: [builtinModel()], threads: 1 })
  const { ms } = await timed(() => engine.start())
  await engine.stop()
  return ms / 1000
}

export async function run() {
  const { ms: importMs, result } = await timed(() => import('./lib/swarm.mjs'))
  const engineSeconds = await engineAlone()
  const figures = [figure('modules loaded', importMs / 1000, 's')]
  const against = { against: 'one engine alone', base: engineSeconds }
  for (const processes of [false, true]) {
    const where = processes ? 'one process a node' : 'one process'
    const steps = await result.withSwarm({ processes }, ({ steps }) => steps)
    figures.push(figure(`${where}: ready`, sum(steps.map(({ ms }) => ms)) / 1000, 's', against))
    figures.push(...steps.map(({ ms, name }) => figure(`${where}: ${STEPS[name] ?? name}`, ms / 1000, 's')))
  }
  return figures
}
