// What every strategy of dishonest miners earns over what the same machines earn by honest work: the table of docs/simulation.md.
// One process, because the first run of a process costs as much as two later ones. What has been run is kept, so that a table that was
// interrupted goes on where it was.
//
//   node tools/attack-table.mjs [--out FILE.jsonl] [--miners N] [--seeds N] [--duration 2h] [--strategies sybil,copier]
//
// The size that the intervals are meant to have is 100 miners, 20 seeds and two hours, which takes a day; what stands in the scenario
// takes some ten CPU minutes.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { expandSweep, overControl, runScenario, summarise } from '@cortensor/simulator'
import { parse } from 'yaml'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const SCENARIO = join(ROOT, 'packages/simulator/scenarios/attacks.yaml')
const CONTROL = 'control'
const [STRATEGY, SHARE] = ['adversaries.0.strategy', 'adversaries.0.share']

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'attack-table.jsonl' },
    miners: { type: 'string' },
    seeds: { type: 'string' },
    duration: { type: 'string' },
    strategies: { type: 'string' }
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

/** Of a run that is done: its income by strategy, under a key that says all it was made from. */
function readKept() {
  const lines = existsSync(values.out) ? readFileSync(values.out, 'utf8').trim().split('\n') : []
  return new Map(lines.filter((line) => line !== '').map((line) => [JSON.parse(line).key, JSON.parse(line)]))
}

async function runAll(cells, kept) {
  const all = cells.flatMap(({ scenarios }) => scenarios)
  // Seed by seed, so that a table of the first seeds is there early.
  const bySeed = cells[0].scenarios.flatMap((_, seed) => cells.map(({ scenarios }) => scenarios[seed]))
  for (const [i, scenario] of bySeed.entries()) {
    const key = keyOf(scenario)
    if (!kept.has(key)) {
      const { income } = summarise(await runScenario(scenario))
      kept.set(key, { key, income })
      appendFileSync(values.out, `${JSON.stringify({ key, income })}\n`)
    }
    console.error(`${i + 1} of ${all.length}: ${scenario.adversaries[0].strategy}, ${scenario.seed}`)
  }
}

const keyOf = ({ adversaries, duration, nodes, seed }) => JSON.stringify([adversaries, duration, nodes.miners, seed])

function printTable(cells, kept) {
  const done = cells.map(({ parameters, scenarios }) => ({
    parameters,
    summaries: scenarios.map((scenario) => kept.get(keyOf(scenario)))
  }))
  const shares = [...new Set(done.map(({ parameters }) => parameters[SHARE]))]
  const rows = Object.entries(Object.groupBy(done, ({ parameters }) => parameters[STRATEGY])).map(([strategy, own]) => ({
    strategy,
    ratios: shares.map((share) =>
      overControl(
        own.find(({ parameters }) => parameters[SHARE] === share),
        done
      )
    )
  }))
  rows.sort((a, b) => (b.ratios.at(-1)?.mean ?? 0) - (a.ratios.at(-1)?.mean ?? 0))
  const shown = (ratio) =>
    ratio === null ? '' : `${ratio.mean.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`
  console.log(`| strategy |${shares.map((share) => ` ${100 * share} % of the miners |`).join('')}`)
  console.log(`|---|${shares.map(() => '---|').join('')}`)
  for (const { ratios, strategy } of rows) {
    console.log(`| \`${strategy}\` |${ratios.map((ratio) => ` ${shown(ratio)} |`).join('')}`)
  }
}

const cells = readSweep()
const kept = readKept()
await runAll(cells, kept)
printTable(cells, kept)
