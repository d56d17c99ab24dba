import { checkScenario, scenarioToFile, simulatorError, summarise } from '@cortensor/simulator'
import { createOutput } from '../../output.js'
import { untilStopped } from '../../signals.js'
import { execute } from '../../sim/execute.js'
import { readRunFolder } from '../../sim/run-folder.js'

/** Runs again what a folder was made from, and compares the traces; the exit code says whether they are equal. */
export async function replayRun(folder: string, options: { json?: boolean }): Promise<void> {
  const output = createOutput(options.json === true)
  const { manifest, summary } = readRunFolder(folder)
  if (manifest.scenario.fidelity === 'process') {
    throw simulatorError(
      'SIM_RUN_INVALID',
      `${folder} is of real processes, which never play the same twice; compare runs with sim diff`
    )
  }
  const stop = new AbortController()
  void untilStopped(() => stop.abort(new Error('Interrupted before the end of the run')))
  const scenario = checkScenario(scenarioToFile(manifest.scenario), folder)
  const outcome = await execute({
    scenario,
    durationMs: manifest.durationMs,
    folder: undefined,
    events: 'none',
    signal: stop.signal
  })
  const again = summarise(outcome)
  const isEqual = again.traceHash === summary.traceHash
  if (output.json) {
    output.value({ equal: isEqual, before: summary.traceHash, now: again.traceHash })
  }
  output.line(
    isEqual
      ? `The same run again: trace ${again.traceHash}`
      : `Another run: trace ${again.traceHash} now, ${summary.traceHash} then, made by version ${manifest.programVersion}`
  )
  process.exitCode = isEqual ? 0 : 1
}
