import { type RunOutcome, runScenario, type Scenario } from '@cortensor/simulator'
import { createEventFile, type EventChoice } from './event-file.js'
import { createProgressLine } from './progress.js'

export interface ExecuteInit {
  scenario: Scenario
  durationMs: number
  /** Where events go; none are kept without it. */
  folder: string | undefined
  events: EventChoice
  signal: AbortSignal
}

/** Runs a scenario with a progress line and an event file. */
export async function execute({ durationMs, events, folder, scenario, signal }: ExecuteInit): Promise<RunOutcome> {
  const file = createEventFile(folder ?? '', folder === undefined ? 'none' : events)
  const progress = createProgressLine()
  // Real parts take a second to load, and most runs need none.
  const real = scenario.fidelity === 'full' ? await import('@cortensor/node') : undefined
  const play = scenario.fidelity === 'process' ? (await import('./process/run-processes.js')).runProcesses : runScenario
  try {
    return await play(scenario, {
      ...(real === undefined ? {} : { createMesh: real.createVirtualMesh }),
      durationMs,
      signal,
      onLine: (line) => file.line(line),
      onProgress(state) {
        file.flush()
        progress.update(state)
      }
    })
  } finally {
    progress.end()
    file.close()
  }
}
