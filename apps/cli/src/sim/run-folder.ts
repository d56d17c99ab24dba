import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { errorMessage } from '@cortensor/interface'
import {
  type Chart,
  type Manifest,
  notebook,
  RUN_VERSION,
  type RunOutcome,
  reportPage,
  resultCharts,
  resultTables,
  type Summary,
  scenarioHash,
  simulatorError,
  summarise,
  toCsv,
  toParquet
} from '@cortensor/simulator'
import { VERSION } from '../version.js'

/** Everything that a run leaves; amounts in tables are decimal text. */
export const RUN_FILES = {
  manifest: 'manifest.json',
  summary: 'summary.json',
  charts: 'charts.json',
  events: 'events.jsonl',
  report: 'report.html',
  notebook: 'analysis.ipynb'
} as const

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export interface RunFolder {
  manifest: Manifest
  summary: Summary
  charts: Chart[]
}

export function writeRunFolder(folder: string, outcome: RunOutcome): Summary {
  const { durationMs, result, scenario } = outcome
  const manifest: Manifest = {
    version: RUN_VERSION,
    scenario,
    scenarioHash: scenarioHash(scenario),
    durationMs,
    programVersion: VERSION,
    nodeVersion: process.version
  }
  const summary = summarise(outcome)
  const charts = resultCharts(result)
  mkdirSync(folder, { recursive: true })
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)
  write(RUN_FILES.manifest, pretty(manifest))
  write(RUN_FILES.summary, pretty(summary))
  write(RUN_FILES.charts, JSON.stringify(charts))
  for (const table of resultTables(result)) {
    write(`${table.name}.csv`, toCsv(table))
    write(`${table.name}.parquet`, toParquet(table))
  }
  writeReport(folder, `${scenario.name}, seed ${scenario.seed}`, [summary], charts)
  return summary
}

/** Throws `SIM_RUN_INVALID` when the folder holds no run of this version. */
export function readRunFolder(folder: string): RunFolder {
  const read = <T>(name: string): T => {
    try {
      return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
    } catch (error) {
      throw simulatorError('SIM_RUN_INVALID', `${folder} holds no run: ${name} cannot be read (${errorMessage(error)})`, {
        cause: error
      })
    }
  }
  const manifest = read<Manifest>(RUN_FILES.manifest)
  if (manifest.version !== RUN_VERSION) {
    throw simulatorError(
      'SIM_RUN_INVALID',
      `${folder} is of version ${manifest.version}, this program reads ${RUN_VERSION}: run it again`
    )
  }
  return { manifest, summary: read<Summary>(RUN_FILES.summary), charts: read<Chart[]>(RUN_FILES.charts) }
}

/** The page, and a notebook that loads the same files. */
export function writeReport(folder: string, title: string, summaries: readonly Summary[], charts: readonly Chart[]): string {
  const require = createRequire(import.meta.url)
  const asset = (name: string): string => readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8')
  const page = reportPage({
    title,
    summaries,
    charts,
    plotScript: asset('uPlot.iife.min.js'),
    plotStyle: asset('uPlot.min.css')
  })
  const file = join(folder, RUN_FILES.report)
  writeFileSync(file, page)
  writeFileSync(join(folder, RUN_FILES.notebook), notebook())
  return file
}
