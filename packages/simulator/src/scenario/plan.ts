import { resolveParams } from '@cortensor/config'
import type { Rng } from '@cortensor/interface'
import type { LatencyModel } from '@cortensor/memory'
import { createSeededRng } from '@cortensor/utils'
import { strategyOf } from '../adversaries/strategies.js'
import type { Strategy } from '../adversaries/strategy.js'
import { simulatorError } from '../errors.js'
import { DEFAULT_DEVICES, type DeviceProfile } from '../miners.js'
import type { SimulationInit } from '../options.js'
import type { Scenario } from './schema.js'

/** The simulation that a scenario asks for. Who is dishonest, has which hardware and lives where, follows from the seed alone. */
export function planSimulation(scenario: Scenario): SimulationInit {
  const { network, nodes } = scenario
  const rng = createSeededRng(`${scenario.seed}/plan`)
  const { regionOf, latencyMs } = planRegions(network, rng.fork('regions'))
  return {
    seed: scenario.seed,
    oracles: nodes.oracles,
    routers: nodes.routers,
    miners: nodes.miners,
    params: resolveParams(scenario.preset, scenario.params),
    tasksPerSecond: scenario.workload.tasksPerSecond,
    priceMicroPerKilotoken: scenario.workload.priceMicroPerKilotoken,
    devices: planDevices(nodes, rng.fork('devices')),
    skill: nodes.skill,
    strategies: planStrategies(scenario, rng.fork('strategies')),
    regionOf,
    links: { latencyMs, lossRate: network.loss, bytesPerSecond: network.bytesPerSecond }
  }
}

/** Names in the shares that they have, in an order of chance: shares are met exactly, up to rounding. */
function deal<T>(shares: readonly (readonly [T, number])[], count: number, rng: Rng): T[] {
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  const dealt: T[] = []
  let reached = 0
  for (const [value, share] of shares) {
    reached += share
    while (dealt.length < Math.round((reached / total) * count)) {
      dealt.push(value)
    }
  }
  return rng.shuffle(dealt)
}

function planDevices({ devices, miners }: Scenario['nodes'], rng: Rng): readonly DeviceProfile[] {
  if (devices === undefined || miners === 0) {
    return DEFAULT_DEVICES
  }
  const shares = Object.entries(devices).map(([name, { share, ...profile }]) => [{ name, ...profile }, share] as const)
  requireShares(shares, 'nodes.devices')
  return deal(shares, miners, rng)
}

function planRegions(network: Scenario['network'], rng: Rng): { regionOf: (label: string) => string; latencyMs: LatencyModel } {
  const { jitter, latencyMs, regions } = network
  if (regions === undefined) {
    return { regionOf: () => '', latencyMs }
  }
  const shares = Object.entries(regions).map(([name, { share }]) => [name, share] as const)
  requireShares(shares, 'network.regions')
  for (const [from, region] of Object.entries(regions)) {
    const missing = shares.find(([to]) => region.latencyMs[to] === undefined && regions[to]?.latencyMs[from] === undefined)
    if (missing !== undefined) {
      throw simulatorError('SIM_SCENARIO_INVALID', `network.regions.${from}.latencyMs: says nothing about ${missing[0]}`)
    }
  }
  const between = (from: string, to: string): number => regions[from]?.latencyMs[to] ?? regions[to]?.latencyMs[from] ?? 0
  return {
    // A fork by label, so that one more node moves nobody else.
    regionOf: (label) => pickByShare(shares, rng.fork(label)),
    latencyMs: (from, to, chance) => between(from.region, to.region) * (1 + chance.next() * jitter)
  }
}

function pickByShare(shares: readonly (readonly [string, number])[], rng: Rng): string {
  const drawn = rng.next() * shares.reduce((sum, [, share]) => sum + share, 0)
  let reached = 0
  for (const [name, share] of shares) {
    reached += share
    if (drawn < reached) {
      return name
    }
  }
  return shares.at(-1)?.[0] ?? ''
}

function requireShares(shares: readonly (readonly [unknown, number])[], place: string): void {
  if (shares.every(([, share]) => share === 0)) {
    throw simulatorError('SIM_SCENARIO_INVALID', `${place}: no share is above 0`)
  }
}

function planStrategies({ adversaries, nodes }: Scenario, rng: Rng): ReadonlyMap<string, Strategy> {
  const counts = { miner: nodes.miners, oracle: nodes.oracles }
  const free = {
    miner: rng.fork('miner').shuffle(Array.from({ length: nodes.miners }, (_, i) => `miner-${i}`)),
    oracle: rng.fork('oracle').shuffle(Array.from({ length: nodes.oracles }, (_, i) => `oracle-${i}`))
  }
  const strategies = new Map<string, Strategy>()
  for (const { count, share, strategy: name } of adversaries) {
    const strategy = strategyOf(name)
    const wanted = count ?? Math.round((share ?? 0) * counts[strategy.role])
    const labels = free[strategy.role].splice(0, wanted)
    if (labels.length < wanted) {
      throw simulatorError('SIM_SCENARIO_INVALID', `adversaries: there are not enough nodes of role ${strategy.role} for ${name}`)
    }
    for (const label of labels) {
      strategies.set(label, strategy)
    }
  }
  return strategies
}
