import type { Cancel } from '@cortensor/interface'
import { createSeededRng } from '@cortensor/utils'
import { simulatorError } from '../errors.js'
import type { SimulatedNode } from '../nodes.js'
import type { Scenario, ScenarioFault } from '../scenario/schema.js'
import type { Simulation } from '../simulation.js'

const HOUR_MS = 3_600_000

/** Puts every fault on the clock; the returned function takes back those that have not come yet. Throws `SIM_SCENARIO_INVALID` when one names a node that does not exist. */
export function scheduleFaults(simulation: Simulation, faults: readonly ScenarioFault[]): Cancel {
  const { chain, clock, hub, trace } = simulation.kernel
  const nodes = new Map([...simulation.oracles, ...simulation.routers, ...simulation.miners].map((node) => [node.label, node]))
  const nodeOf = (label: string): SimulatedNode => {
    const node = nodes.get(label)
    if (node === undefined) {
      throw simulatorError('SIM_SCENARIO_INVALID', `faults: there is no ${label} in this scenario`)
    }
    return node
  }
  const cancels: Cancel[] = []
  const after = (ms: number, what: string, act: () => void): void => {
    cancels.push(
      clock.after(ms, () => {
        trace.record(clock.now(), 'fault', what)
        act()
      })
    )
  }
  for (const fault of faults) {
    switch (fault.kind) {
      case 'kill': {
        const node = nodeOf(fault.node)
        after(fault.at, `kill ${fault.node}`, () => simulation.kill(node))
        break
      }
      case 'restart': {
        const node = nodeOf(fault.node)
        after(fault.at, `restart ${fault.node}`, () => simulation.restart(node, fault.for))
        break
      }
      case 'partition': {
        const groups = fault.groups.map((group) => group.map((label) => nodeOf(label).nodeId))
        after(fault.at, 'partition', () => hub.partition(groups))
        after(fault.at + fault.for, 'heal', () => hub.heal())
        break
      }
      case 'rpc-outage': {
        const operator = fault.node === undefined ? undefined : nodeOf(fault.node).operator
        after(fault.at, `rpc-outage ${fault.node ?? 'all'}`, () => chain.setOutage(true, operator))
        after(fault.at + fault.for, `rpc-back ${fault.node ?? 'all'}`, () => chain.setOutage(false, operator))
        break
      }
      case 'reorg':
        after(fault.at, `reorg ${fault.depth}`, () => chain.reorg(fault.depth, { loseCalls: fault.loseCalls }))
        break
    }
  }
  return () => {
    for (const cancel of cancels) {
      cancel()
    }
  }
}

/** Every miner's comings and goings, as faults: it goes at random, and not again before it is back. */
export function churnFaults(scenario: Scenario, durationMs: number): ScenarioFault[] {
  const { churn, nodes, seed } = scenario
  if (churn === undefined || churn.leavesPerHour === 0) {
    return []
  }
  const meanMs = HOUR_MS / churn.leavesPerHour
  const rng = createSeededRng(`${seed}/churn`)
  return Array.from({ length: nodes.miners }, (_, i): ScenarioFault[] => {
    const own = rng.fork(`miner-${i}`)
    const faults: ScenarioFault[] = []
    const next = (fromMs: number): number => Math.round(fromMs - Math.log(1 - own.next()) * meanMs)
    for (let at = next(0); at < durationMs; at = next(at + churn.downtime)) {
      faults.push({ kind: 'restart', at, for: churn.downtime, node: `miner-${i}` })
    }
    return faults
  }).flat()
}
