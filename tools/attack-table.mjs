// What every strategy of dishonest miners earns over what the same machines earn by honest work: the table of docs/simulation.md.
// One process, because the first run of a process costs as much as two later ones. Every run that is over is a line of a file; a table goes
// on with what the file has not, so that it can be made in several sittings, and by several processes at a time.
//
//   node tools/attack-table.mjs [--out FILE.jsonl] [--miners N] [--seeds N] [--duration 2h] [--strategies sybil,copier]
//                               [--minutes N] [--part 1/2] [--source HASH]
//
// `--minutes` begins no run after so many, `--part` plays the first of two parts, and both print the table of all that is kept. Rows count
// for the sources that they were played with; `--source` takes those of others, where nothing has changed that matters.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { expandSweep, runScenario, summarise } from '@cortensor/simulator'
import { parse } from 'yaml'
import { keyOf, markdownOf, parseRows, readPart, runsOf, tableOf } from './lib/attack-rows.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const SCENARIO = join(ROOT, 'packages/simulator/scenarios/attacks.yaml')
const CONTROL = 'control'
const STRATEGY = 'adversaries.0.strategy'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'attack-table.jsonl' },
    miners: { type: 'string' },
    seeds: { type: 'string' },
    duration: { type: 'string' },
    strategies: { type: 'string' },
    minutes: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    source: { type: 'string' }
  }
})

function readSweep() {
  const raw = parse(readFileSync(SCENARIO, 'utf8'))
  raw.nodes.miners = Number(values.miners ?? raw.nodes.miners)
  raw.duration = values.duration ?? raw.duration
  raw.sweep.seeds = Number(values.seeds ?? raw.sweep.seeds)
  if (values.strategies !== undefined) {
    raw.sweep.parameters[STRATEGY] = [...new Set([CONTROL, ...values.strategies.split(',')])]
  }
  return expandSweep(raw, SCENARIO)
}

/** Of what plays: the same for every commit that changes none of it. Changes that were not committed make it another one. */
function sourceHash() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  const [packages, protocols] = git('rev-parse', 'HEAD:packages', 'HEAD:protocols').split('\n')
  const isChanged = git('status', '--porcelain', '--', 'packages', 'protocols') !== ''
  return `${packages.slice(0, 8)}${protocols.slice(0, 8)}${isChanged ? '+' : ''}`
}

const readKept = () => parseRows(existsSync(values.out) ? readFileSync(values.out, 'utf8') : '')

async function runAll(runs, source) {
  const untilMs = performance.now() + 60_000 * Number(values.minutes ?? Number.POSITIVE_INFINITY)
  for (const [i, scenario] of runs.entries()) {
    const key = keyOf(scenario, source)
    const [{ strategy }] = scenario.adversaries
    if (!readKept().has(key)) {
      if (performance.now() >= untilMs) {
        console.error(`The time is over after ${i} of ${runs.length} runs: the same command goes on with the others`)
        return
      }
      const { income } = summarise(await runScenario(scenario))
      // A line of its own, whatever an interrupted one has left behind.
      appendFileSync(values.out, `\n${JSON.stringify({ key, strategy, seed: scenario.seed, income })}\n`)
    }
    console.error(`${i + 1} of ${runs.length}: ${strategy}, ${scenario.seed}`)
  }
}

const part = readPart(values.part)
if (part === null) {
  console.error(`--part is one of several, such as 1/2, and not ${values.part}`)
  process.exit(1)
}
const cells = readSweep()
const source = values.source ?? sourceHash()
console.error(`Rows of the sources ${source}`)
await runAll(runsOf(cells, part), source)
for (const line of markdownOf(tableOf(cells, readKept(), source))) {
  console.log(line)
}
