import { churnFaults, type Scenario, simulatorError } from '@cortensor/simulator'

/** A fault that happens to a process. */
export interface ProcessFault {
  kind: 'kill' | 'restart'
  at: number
  /** Until it is started again; null for never. */
  downMs: number | null
  /** As the scenario calls it. */
  node: string
}

/** Each takes about 104 MB, and the chain as much. */
const MAX_NODES = 60

const refuse = (what: string) => simulatorError('SIM_SCENARIO_INVALID', `fidelity process: ${what}; use light or full`)

/**
 * What can be done to real processes, churn included. Throws `SIM_SCENARIO_INVALID` for a scenario that asks for what only a simulation
 * can do, rather than play another one.
 */
export function processFaults(scenario: Scenario, durationMs: number): ProcessFault[] {
  const { adversaries, network, nodes } = scenario
  if (adversaries.length > 0) {
    throw refuse('a real node has no code for dishonesty')
  }
  if (network.loss > 0 || network.regions !== undefined) {
    throw refuse('links are those of this machine, so that nothing can be lost or far away')
  }
  if (nodes.devices !== undefined) {
    throw refuse('miners run the built-in models on this machine, whatever `nodes.devices` says')
  }
  if (nodes.routers === 0 || nodes.miners === 0 || nodes.oracles + nodes.routers + nodes.miners > MAX_NODES) {
    throw refuse(`at least a router and a miner, and at most ${MAX_NODES} nodes`)
  }
  return [...scenario.faults, ...churnFaults(scenario, durationMs)].map((fault) => {
    if (fault.kind === 'kill' || fault.kind === 'restart') {
      return { kind: fault.kind, at: fault.at, downMs: fault.kind === 'kill' ? null : fault.for, node: fault.node }
    }
    throw refuse(`nobody can make the fault ${fault.kind} on this machine`)
  })
}

/** Nodes of a swarm are counted from one, those of a scenario from nought. */
export function swarmName(label: string): string {
  const [role, number] = label.split('-')
  return `${role}-${Number(number) + 1}`
}
