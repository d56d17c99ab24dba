import { join } from 'node:path'
import { summarise } from '@cortensor/simulator'
import { createOutput } from '../../output.js'
import { untilStopped } from '../../signals.js'
import type { EventChoice } from '../../sim/event-file.js'
import { execute } from '../../sim/execute.js'
import { printSummary } from '../../sim/print-summary.js'
import { RUN_FILES, writeRunFolder } from '../../sim/run-folder.js'
import { readScenario } from '../../sim/scenario-files.js'

export interface SimRunOptions {
  seed?: string
  duration?: number
  ci?: boolean
  out?: string
  events: EventChoice
  json?: boolean
}

/** Runs one scenario; the exit code says whether its assertions hold. */
export async function runOne(nameOrFile: string, options: SimRunOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const read = readScenario(nameOrFile)
  const scenario = options.seed === undefined ? read : { ...read, seed: options.seed }
  const durationMs = options.duration ?? (options.ci === true ? (scenario.ci ?? scenario.duration) : scenario.duration)
  const stop = new AbortController()
  void untilStopped(() => stop.abort(new Error('Interrupted before the end of the run')))
  const outcome = await execute({ scenario, durationMs, folder: options.out, events: options.events, signal: stop.signal })
  const summary = options.out === undefined ? summarise(outcome) : writeRunFolder(options.out, outcome)
  if (output.json) {
    output.value(summary)
  }
  printSummary(output, summary)
  if (options.out !== undefined) {
    output.line(`  report    ${join(options.out, RUN_FILES.report)}`)
  }
  process.exitCode = summary.assertions.every(({ holds }) => holds) ? 0 : 1
}
