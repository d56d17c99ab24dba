import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorMessage } from '@cortensor/interface'
import { MAX_SCENARIO_BYTES, parseScenario, type Scenario, simulatorError } from '@cortensor/simulator'

const EXTENSION = '.yaml'

const BUILTIN_FOLDER = dirname(fileURLToPath(import.meta.resolve('@cortensor/simulator/scenarios/baseline.yaml')))

/** Names of the scenarios that come with the program. */
export const builtinNames = (): string[] =>
  readdirSync(BUILTIN_FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort()

/** A file, or the name of a built-in scenario. */
export function readScenarioText(nameOrFile: string): string {
  const isBuiltin = builtinNames().includes(nameOrFile)
  const looksLikeFile = /[./\\]/.test(nameOrFile)
  if (!isBuiltin && !looksLikeFile) {
    throw simulatorError(
      'SIM_SCENARIO_UNKNOWN',
      `There is no built-in scenario ${nameOrFile}; \`cortensor sim list\` names them, and files are given with their ending`
    )
  }
  const file = isBuiltin ? join(BUILTIN_FOLDER, `${nameOrFile}${EXTENSION}`) : nameOrFile
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw simulatorError('SIM_SCENARIO_UNKNOWN', `The scenario ${file} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
  if (text.length > MAX_SCENARIO_BYTES) {
    throw simulatorError('SIM_SCENARIO_INVALID', `${file}: has more than ${MAX_SCENARIO_BYTES} characters`)
  }
  return text
}

export const readScenario = (nameOrFile: string): Scenario => parseScenario(readScenarioText(nameOrFile), nameOrFile)
