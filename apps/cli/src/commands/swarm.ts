import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger, createMetrics, createSwarm, type NodeEvent } from '@cortensor/node'
import { type Command, Option } from 'commander'
import { DEFAULT_DATA_DIR, seconds, wholeNumber } from '../options.js'
import { createOutput } from '../output.js'
import { untilStopped } from '../signals.js'
import { createStatusLine } from '../swarm-view/status-line.js'
import { welcome } from '../swarm-view/welcome.js'
import { AGENT } from '../version.js'

interface SwarmOptions {
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
  nodes: 'starting the nodes: models load, stakes are paid',
  discovery: 'waiting until the router sees every miner'
}

export function swarmCommand(program: Command): void {
  program
    .command('swarm', { isDefault: true })
    .description(
      'run a whole network on this machine: a dev chain, oracles, a router with its API, and miners with built-in models'
    )
    .option('--miners <n>', 'miners; every model is held by two', wholeNumber(1, 64), 4)
    .option('--oracles <n>', 'oracles, which agree on the epochs', wholeNumber(3, 31), 4)
    .option('--routers <n>', 'routers, each with its own API port', wholeNumber(1, 16), 1)
    .option('--api-port <port>', 'port of the first API on loopback; 0 takes a free one', wholeNumber(0, 65_535), 5010)
    .option('--data-dir <dir>', 'where identities, chain and blocks are kept', DEFAULT_DATA_DIR)
    .option('--epoch-seconds <s>', 'length of an epoch (default: 15)', seconds(2, 3_600))
    .option('--seed <text>', 'make the keys of a new folder reproducible')
    .option('--processes', 'give every node a process of its own')
    .option('--json', 'JSON lines on stdout: ready, task, quiz and epoch events')
    .addOption(
      new Option('--log-level <level>', 'logs go to stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('error')
    )
    .action((options: SwarmOptions) => runSwarm(options))
}

async function runSwarm(options: SwarmOptions): Promise<void> {
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
