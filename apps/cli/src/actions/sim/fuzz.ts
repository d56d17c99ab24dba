import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '@cortensor/interface'
import { randomScenario, randomScenarioFile, runScenario } from '@cortensor/simulator'
import { stringify } from 'yaml'
import { createOutput } from '../../output.js'
import { untilStopped } from '../../signals.js'

export interface FuzzOptions {
  runs: number
  seed: string
  out?: string
  json?: boolean
}

interface Failure {
  seed: string
  error: string
}

/** Plays scenarios that chance makes, each to its liveness phase. Those that fail are written down; exits with 1 when there are any. */
export async function fuzz(options: FuzzOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const stop = new AbortController()
  void untilStopped(() => stop.abort(new Error('Interrupted before the last run')))
  const failures: Failure[] = []
  for (let run = 0; run < options.runs; run++) {
    const seed = `${options.seed}-${run}`
    try {
      await runScenario(randomScenario(seed), { liveness: true, signal: stop.signal })
    } catch (error) {
      stop.signal.throwIfAborted()
      failures.push({ seed, error: errorMessage(error) })
      output.line(`seed ${seed}: ${errorMessage(error)}`)
      keep(seed, options.out)
    }
    output.note(`${run + 1} of ${options.runs}, ${failures.length} failed`)
  }
  if (output.json) {
    output.value({ runs: options.runs, failures })
  }
  output.line(`${options.runs - failures.length} of ${options.runs} random runs went well`)
  process.exitCode = failures.length === 0 ? 0 : 1
}

function keep(seed: string, folder: string | undefined): void {
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    const name = `random-${seed.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`.slice(0, 64)
    writeFileSync(join(folder, `${name}.yaml`), stringify({ ...randomScenarioFile(seed), name }))
  }
}
