import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger, createMetrics, createSwarm, type NodeEvent } from '@cortensor/node'
import { createOutput } from '../output.js'
import { untilStopped } from '../signals.js'
import { createStatusLine } from '../swarm-view/status-line.js'
import { welcome } from '../swarm-view/welcome.js'
import { AGENT } from '../version.js'

export interface SwarmOptions {
  miners: number
  oracles: number
  routers: number
  apiPort: number
  dataDir: string
  epochSeconds?: number
  seed?: string
  processes?: boolean
  json?: boolean
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

const STEPS: Readonly<Record<string, string>> = {
  keys: 'reading or making the keys of every node',
  chain: 'starting the dev chain',
  contracts: 'deploying the contracts, or finding them',
  session: 'opening the session that pays for tasks, and its deposit',
  nodes: 'starting the nodes: models load, stakes are paid',
  discovery: 'waiting until the router sees every miner'
}

/** Runs a local swarm until it is told to stop. */
export async function runSwarm(options: SwarmOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const line = createStatusLine(!output.json && process.stdout.isTTY === true)
  const startedMs = Date.now()
  const note = (text: string): void => output.note(`  ${((Date.now() - startedMs) / 1000).toFixed(1).padStart(5)} s  ${text}`)
  const tell = (event: NodeEvent): void => (output.json ? output.value(event) : line.event(event))
  // What happens while the swarm starts is told after `ready`, which is always the first line.
  let early: NodeEvent[] | undefined = []
  const swarm = createSwarm(
    {
      miners: options.miners,
      oracles: options.oracles,
      routers: options.routers,
      apiPort: options.apiPort,
      dataDir: resolve(options.dataDir),
      epochSeconds: options.epochSeconds,
      seed: options.seed,
      cliEntry: options.processes === true ? fileURLToPath(new URL('../../bin/cortensor.js', import.meta.url)) : undefined
    },
    {
      logger: createLogger({ level: options.logLevel, destination: 'stderr' }),
      metrics: createMetrics(),
      agent: AGENT,
      onProgress: (step) => note(STEPS[step] ?? step),
      onEvent: (event) => (early === undefined ? tell(event) : early.push(event))
    }
  )
  const stopped = untilStopped(() => {
    line.end()
    note('stopping')
  })
  const ready = await Promise.race([swarm.start(), stopped])
  if (ready !== undefined) {
    if (output.json) {
      const nodes = ready.nodes.map(({ name: _name, ...node }) => node)
      output.value({ event: 'ready', ...ready, nodes })
    } else {
      note('ready')
      output.line(welcome(ready, options.dataDir))
      line.begin(ready)
    }
    early.forEach(tell)
    early = undefined
    await stopped
  }
  await swarm.stop()
  note('stopped')
}
