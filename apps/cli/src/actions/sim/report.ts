import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Summary } from '@cortensor/simulator'
import { createOutput } from '../../output.js'
import { mergeSweep, readPlace } from '../../sim/merge-sweep.js'
import { RUN_FILES, readRunFolder, writeReport } from '../../sim/run-folder.js'
import { sweepCharts } from '../../sim/sweep-charts.js'

const isRun = (folder: string): boolean => existsSync(join(folder, RUN_FILES.manifest))

/** Writes report.html for a run, or for a folder of runs; of a sweep's, wherever they were played, the means too. */
export function reportRuns(folder: string, options: { json?: boolean }): void {
  const output = createOutput(options.json === true)
  const folders = isRun(folder)
    ? [folder]
    : readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && isRun(join(folder, entry.name)))
        .map((entry) => join(folder, entry.name))
        .sort()
  const runs = folders.map(readRunFolder)
  const [first] = runs
  // an empty folder is read for its error
  const { manifest } = first ?? readRunFolder(folder)
  const summaries: Summary[] = runs.map(({ summary }) => summary)
  const charts = runs.length === 1 ? (first?.charts ?? []) : sweepCharts(folders, summaries)
  const title =
    runs.length === 1
      ? `${manifest.scenario.name}, seed ${manifest.scenario.seed}`
      : `${manifest.scenario.name}: ${runs.length} runs`
  const places = folders.map(readPlace)
  const sweep = runs.flatMap(({ summary }, i) => {
    const place = places[i]
    return place == null ? [] : [{ ...place, summary }]
  })
  const isSweep = !isRun(folder) && sweep.length === runs.length
  const cells = isSweep ? mergeSweep(folder, sweep) : null
  const file = writeReport(folder, title, summaries, charts)
  if (output.json) {
    output.value({ report: file, runs: runs.length, ...(cells === null ? {} : { cells }) })
  }
  output.line(`${runs.length === 1 ? 'The run' : `${runs.length} runs`}: ${file}`)
}
