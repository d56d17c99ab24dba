import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { composeFiles, kubernetesFiles, planContainers, sweepFiles } from '@cortensor/node'
import { expandSweep, parseScenario, type Scenario } from '@cortensor/simulator'
import { parse } from 'yaml'
import { cliError } from '../../errors.js'
import { createOutput } from '../../output.js'
import { exportReadme } from '../../sim/export-readme.js'
import { exportWarnings } from '../../sim/exportable.js'
import { readScenarioText } from '../../sim/scenario-files.js'

export interface SimExportOptions {
  format: 'compose' | 'kubernetes'
  sweep?: boolean
  out: string
  image: string
  json?: boolean
}

interface Exported {
  files: Map<string, string>
  warnings: string[]
}

function exportNetwork(scenario: Scenario, { format, image }: SimExportOptions): Exported {
  const warnings = exportWarnings(scenario)
  const { duration, name, nodes, params, preset, seed, workload } = scenario
  const { miners, oracles, routers } = nodes
  const plan = planContainers({
    ...{ name, seed, oracles, routers, miners, preset, params, image },
    ...{ tasksPerSecond: workload.tasksPerSecond, durationMs: duration }
  })
  return { files: format === 'compose' ? composeFiles(plan) : kubernetesFiles(plan), warnings }
}

function exportSweep(text: string, source: string, scenario: Scenario, { format, image }: SimExportOptions): Exported {
  if (format !== 'kubernetes') {
    throw cliError('CLI_BAD_OPTION', '--sweep goes with --format kubernetes; on one machine `cortensor sim sweep` runs it')
  }
  const runs = expandSweep(parse(text), source).reduce((sum, { scenarios }) => sum + scenarios.length, 0)
  const files = sweepFiles({ name: scenario.name, scenario: text, runs, image })
  return { files, warnings: ['results: the volume must allow writing from several machines (ReadWriteMany)'] }
}

/** Writes what runs a scenario's network, or its sweep, as containers. */
export function exportScenario(nameOrFile: string, options: SimExportOptions): void {
  const output = createOutput(options.json === true)
  const text = readScenarioText(nameOrFile)
  const scenario = parseScenario(text, nameOrFile)
  const { files, warnings } =
    options.sweep === true ? exportSweep(text, nameOrFile, scenario, options) : exportNetwork(scenario, options)
  files.set('README.md', exportReadme({ ...options, isSweep: options.sweep === true, name: scenario.name, warnings }))
  for (const [path, content] of files) {
    const file = join(options.out, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  if (output.json) {
    output.value({ name: scenario.name, folder: options.out, files: [...files.keys()], warnings })
  }
  for (const warning of warnings) {
    output.note(`not exported: ${warning}`)
  }
  output.line(`${files.size} files in ${options.out}; its README.md says how to run them`)
}
