import { formatDuration, GOSSIP_ATTACKS, parseScenario, STRATEGIES } from '@cortensor/simulator'
import { createOutput, formatTable } from '../../output.js'
import { builtinNames, readScenarioText } from '../../sim/scenario-files.js'

export function listScenarios(options: { json?: boolean }): void {
  const output = createOutput(options.json === true)
  const scenarios = builtinNames().map((name) => parseScenario(readScenarioText(name), name))
  const strategies = Object.values(STRATEGIES).map(({ name, prose, role }) => ({ name, role, prose }))
  const attacks = Object.values(GOSSIP_ATTACKS).map(({ name, prose }) => ({ name, prose }))
  if (output.json) {
    const listed = scenarios.map(({ ci, description, duration, name }) => ({
      name,
      description,
      durationMs: duration,
      ciMs: ci ?? null
    }))
    output.value({ scenarios: listed, strategies, gossipAttacks: attacks })
  }
  output.line('Built-in scenarios:')
  output.line(
    formatTable(scenarios.map(({ description, duration, name }) => [`  ${name}`, formatDuration(duration), description]))
  )
  output.line('\nStrategies of dishonest nodes:')
  output.line(formatTable(strategies.map(({ name, prose, role }) => [`  ${name}`, role, prose])))
  output.line('\nAttacks on gossip:')
  output.line(formatTable(attacks.map(({ name, prose }) => [`  ${name}`, prose])))
}
