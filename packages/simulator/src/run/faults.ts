import type { Cancel } from '@cortensor/interface'
import { simulatorError } from '../errors.js'
import type { SimulatedNode } from '../nodes.js'
import type { ScenarioFault } from '../scenario/schema.js'
import type { Simulation } from '../simulation.js'

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
