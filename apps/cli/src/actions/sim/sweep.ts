import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Estimate, expandSweep, type Scenario, type Summary, scenarioToFile, simulatorError } from '@cortensor/simulator'
import { parse } from 'yaml'
import { cliError } from '../../errors.js'
import { createOutput, formatTable } from '../../output.js'
import { untilStopped } from '../../signals.js'
import { type MergedCell, mergeSweep, type SweepPlace, writePlace } from '../../sim/merge-sweep.js'
import { readRunFolder, writeReport } from '../../sim/run-folder.js'
import { readScenarioText } from '../../sim/scenario-files.js'
import { sweepCharts } from '../../sim/sweep-charts.js'

export interface SweepOptions {
  out: string
  workers?: number
  duration?: number
  /** Of the only run that is wanted. */
  index?: number
  json?: boolean
}

interface Job extends SweepPlace {
  folder: string
  scenario: Scenario
}

const PROGRAM = fileURLToPath(new URL('../../../bin/cortensor.js', import.meta.url))

/** One run in a process of its own. */
function runJob({ folder, scenario, ...place }: Job, durationMs: number | undefined, signal: AbortSignal): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writePlace(folder, place)
  const file = join(folder, 'scenario.json')
  writeFileSync(file, JSON.stringify(scenarioToFile({ ...scenario, duration: durationMs ?? scenario.duration })))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, 'sim', 'run', file, '--out', folder, '--events', 'none', '--json'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal
    })
    let complaint = ''
    child.stderr.on('data', (data: Buffer) => {
      complaint = `${complaint}${data}`.slice(-2_000)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      // 1: an assertion does not hold, which the summary says
      if (code === 0 || (code === 1 && complaint === '')) {
        resolve()
      } else {
        reject(simulatorError('SIM_RUN_INVALID', `The run in ${folder} failed: ${complaint.trim()}`))
      }
    })
  })
}

/** Runs every combination of a scenario's sweep, several at a time, and puts the results side by side. */
export async function runSweep(nameOrFile: string, options: SweepOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const cells = expandSweep(parse(readScenarioText(nameOrFile)), nameOrFile)
  const all: Job[] = cells.flatMap(({ parameters, scenarios }, cell) =>
    scenarios.map((scenario, seed) => ({
      cell,
      seed,
      parameters,
      scenario,
      folder: join(options.out, `cell-${cell}-seed-${seed}`)
    }))
  )
  if (options.index !== undefined && options.index >= all.length) {
    throw cliError('CLI_BAD_OPTION', `--index ${options.index}: the sweep has ${all.length} runs, counted from 0`)
  }
  const jobs = options.index === undefined ? all : all.slice(options.index, options.index + 1)
  const stop = new AbortController()
  void untilStopped(() => stop.abort(new Error('Interrupted before the end of the sweep')))
  mkdirSync(options.out, { recursive: true })
  let next = 0
  let done = 0
  const worker = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) {
      stop.signal.throwIfAborted()
      await runJob(job, options.duration, stop.signal)
      done++
      output.note(`${done} of ${jobs.length}: ${JSON.stringify(job.parameters)}, seed ${job.scenario.seed}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.workers ?? availableParallelism(), jobs.length) }, worker))

  if (options.index !== undefined) {
    const [job] = jobs
    if (output.json) {
      output.value({ folder: job?.folder, parameters: job?.parameters, seed: job?.scenario.seed })
    }
    output.line(`Run ${options.index}: ${job?.folder}`)
    return
  }
  const summaries = jobs.map(({ folder }) => readRunFolder(folder).summary)
  const merged = mergeSweep(
    options.out,
    jobs.map(({ cell, parameters, seed }, i) => ({ cell, parameters, seed, summary: summaries[i] as Summary }))
  )
  const report = writeReport(
    options.out,
    `${nameOrFile}: ${jobs.length} runs`,
    summaries,
    sweepCharts(
      jobs.map(({ folder }) => folder),
      summaries
    )
  )
  if (output.json) {
    output.value({ report, cells: merged })
  }
  const rows = merged.map(({ adversaryAdvantage, completedShare, epochs, incomeOverControl, parameters }) => [
    JSON.stringify(parameters),
    interval(epochs, 1),
    interval(completedShare, 3),
    interval(adversaryAdvantage, 3),
    incomeOverControl === null ? '' : interval(incomeOverControl, 3)
  ])
  output.line(formatTable([['parameters', 'epochs', 'completed', 'advantage of adversaries', 'income over control'], ...rows]))
  const attacked = merged.flatMap(({ attack, parameters }) => (attack === undefined ? [] : [attackRow(parameters, attack)]))
  if (attacked.length > 0) {
    output.line(formatTable([ATTACK_HEADER, ...attacked]))
  }
  output.line(`Report: ${report}`)
}

const ATTACK_HEADER = ['parameters', 'delivered', 'p50', 'p99', 'heard by the target', 'p99', 'heard of the target', 'p99']

function attackRow(parameters: object, attack: NonNullable<MergedCell['attack']>): string[] {
  const percent = ({ ratio }: { ratio: Estimate }): string => `${(ratio.mean * 100).toFixed(2)} %`
  const ms = ({ mean }: Estimate): string => `${Math.round(mean)} ms`
  const { heardByTarget, heardOfTarget, network } = attack
  return [
    ...[JSON.stringify(parameters), percent(network), ms(network.p50), ms(network.p99)],
    ...[percent(heardByTarget), ms(heardByTarget.p99), percent(heardOfTarget), ms(heardOfTarget.p99)]
  ]
}

const interval = ({ count, high, low, mean }: Estimate, digits: number): string =>
  count < 2 ? mean.toFixed(digits) : `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
