import { scenarioHash } from '@cortensor/simulator'
import { createOutput } from '../../output.js'
import { readScenario } from '../../sim/scenario-files.js'

export function validateScenario(file: string, options: { json?: boolean }): void {
  const output = createOutput(options.json === true)
  const scenario = readScenario(file)
  if (output.json) {
    output.value({ valid: true, name: scenario.name, scenarioHash: scenarioHash(scenario), scenario })
  }
  const { miners, oracles, routers } = scenario.nodes
  output.line(`${file} is valid: ${scenario.name}, ${oracles} oracles, ${routers} routers, ${miners} miners`)
  output.line(`  scenario hash  ${scenarioHash(scenario)}`)
}
