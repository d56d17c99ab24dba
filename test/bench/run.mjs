// The figures of this repository, each measured against something named in the same run.
//
//   node test/bench/run.mjs [--json] [NAME…]
//
// Every bench runs in a process of its own, so that none measures what another left in memory. Nothing here passes or fails.
import { fork } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { toTable } from './lib/table.mjs'

const BENCHES = [
  'swarm',
  'router',
  'engine',
  'proof',
  'reading',
  'ties',
  'receipt',
  'audits',
  'agreement',
  'judges',
  'drafts',
  'memory',
  'gossip',
  'gas',
  'report',
  'skill',
  'matching',
  'simulation'
]

/** Far above the slowest one on a busy machine; a bench that hangs must not hang its caller. */
const TIMEOUT_MS = 1_800_000

function runOne(name) {
  const child = fork(fileURLToPath(new URL('./lib/one.mjs', import.meta.url)), [name], {
    execArgv: ['--expose-gc'],
    // what a bench writes by mistake must not get into the JSON
    stdio: ['ignore', 2, 2, 'ipc']
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  let said = { error: 'it ended without a word' }
  child.on('message', (message) => {
    said = message
  })
  return new Promise((resolve) => {
    child.once('close', () => {
      clearTimeout(timer)
      resolve(said)
    })
  })
}

const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  platform: `${process.platform}-${process.arch}`,
  node: process.versions.node,
  load: loadavg()[0]
})

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
const unknown = positionals.find((name) => !BENCHES.includes(name))
if (unknown !== undefined) {
  console.error(`There is no bench ${unknown}; there are ${BENCHES.join(', ')}`)
  process.exitCode = 2
} else {
  const { cores, cpu, load, node, platform } = machine()
  if (!values.json) {
    console.log(`${cores} cores (${cpu}), ${platform}, Node ${node}, load ${load.toFixed(2)} before the start\n`)
  }
  const benches = []
  for (const name of positionals.length > 0 ? positionals : BENCHES) {
    const startedMs = performance.now()
    const { error, figures, title } = await runOne(name)
    const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1))
    benches.push({ name, title, seconds, figures, error })
    if (error !== undefined) {
      process.exitCode = 1
    }
    if (!values.json) {
      console.log(error === undefined ? `${toTable(`${title} (${seconds} s)`, figures)}\n` : `${name} broke off: ${error}\n`)
    }
  }
  if (values.json) {
    console.log(JSON.stringify({ machine: { cores, cpu, load, node, platform }, benches }, null, 2))
  }
}
