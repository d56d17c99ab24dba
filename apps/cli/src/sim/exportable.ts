import { formatDuration, type Scenario, simulatorError } from '@cortensor/simulator'

/** All of them are listed in one object of Kubernetes, which has a megabyte. */
const MAX_NODES = 2_000

/** How a fault is made by hand where the scenario's own hand is missing. */
function faultByHand(fault: Scenario['faults'][number]): string {
  const at = `after ${formatDuration(fault.at)}`
  switch (fault.kind) {
    case 'kill':
      return `${at}, kill ${fault.node}: docker compose kill, or kubectl delete pod with its StatefulSet scaled down`
    case 'restart':
      return `${at}, restart ${fault.node} after ${formatDuration(fault.for)}: docker compose kill and up, or kubectl delete pod`
    case 'partition':
      return `${at}, a partition for ${formatDuration(fault.for)}: docker network disconnect, or a NetworkPolicy`
    case 'rpc-outage':
      return `${at}, an RPC outage for ${formatDuration(fault.for)}: docker compose pause chain, or chain scaled to 0`
    case 'reorg':
      return `${at}, a reorganisation of ${fault.depth} blocks: the RPC call anvil_reorg`
  }
}

/**
 * What real nodes in containers have not of a scenario, each in a line. Throws `SIM_EXPORT_UNSUPPORTED` for what would make it another
 * experiment: dishonest nodes.
 */
export function exportWarnings({ adversaries, assertions, churn, faults, network, nodes }: Scenario): string[] {
  if (adversaries.length > 0) {
    const names = [...new Set(adversaries.map(({ strategy }) => strategy))].join(', ')
    throw simulatorError(
      'SIM_EXPORT_UNSUPPORTED',
      `The scenario has dishonest nodes (${names}), and a real node has no code for that: remove \`adversaries\`, or export a sweep of the ` +
        'simulator with --format kubernetes --sweep'
    )
  }
  if (nodes.routers === 0 || nodes.miners === 0) {
    throw simulatorError('SIM_EXPORT_UNSUPPORTED', 'A network of containers needs at least a router and a miner')
  }
  const count = nodes.oracles + nodes.routers + nodes.miners
  if (count > MAX_NODES) {
    throw simulatorError(
      'SIM_EXPORT_UNSUPPORTED',
      `${count} containers are too many for one network; at most ${MAX_NODES} are exported`
    )
  }
  return [
    `network: delays, loss (${network.loss}) and bandwidth are those of the machines, not the scenario's`,
    `nodes: skill and ${nodes.devices === undefined ? 'hardware' : '`devices`'} are those of the built-in models and of the machines`,
    ...(churn === undefined ? [] : ['churn: miners stay, unless somebody restarts them']),
    ...faults.map((fault) => `faults: ${faultByHand(fault)}`),
    ...(Object.keys(assertions).length === 0 ? [] : ['assertions: nothing checks them']),
    'measures: there is no trace and no report; logs are JSON lines, and routers serve /metrics'
  ]
}
