import type { Rng } from '@cortensor/interface'
import { createSeededRng } from '@cortensor/utils'
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../adversaries/strategies.js'
import { checkScenario } from './parse.js'
import type { Scenario } from './schema.js'

const SECOND_MS = 1_000

const pick = <T>(rng: Rng, choices: readonly T[]): T => choices[rng.int(0, choices.length - 1)] as T

/** Names of the strategies of a role. */
const namesOf = (role: 'miner' | 'oracle'): StrategyName[] =>
  STRATEGY_NAMES.filter((name) => name !== 'control' && STRATEGIES[name].role === role)

/**
 * A small network in which much goes wrong at once, drawn from a seed: what nobody would think of writing down. As many oracles are faulty
 * as the committee can bear, so that it must go on once the other faults have passed. In the form of a file, which can be kept.
 */
export function randomScenarioFile(seed: string): Record<string, unknown> {
  const rng = createSeededRng(`random-scenario/${seed}`)
  const oracles = rng.int(4, 7)
  const faulty = rng.int(0, Math.floor((oracles - 1) / 3))
  const killed = rng.int(0, faulty)
  const miners = rng.int(3, 8)
  const duration = rng.int(60, 120)
  const at = (): string => `${rng.int(5, duration - 10)}s`
  const span = (): string => `${rng.int(5, 60)}s`
  const labels = [...Array(oracles).keys()].map((i) => `oracle-${i}`)
  const faults: Record<string, unknown>[] = []
  const maybe = (chance: number, make: () => Record<string, unknown>): void => {
    if (rng.next() < chance) {
      faults.push(make())
    }
  }
  for (const node of rng.shuffle(labels).slice(0, killed)) {
    faults.push({ kind: 'kill', at: at(), node })
  }
  maybe(0.3, () => ({ kind: 'kill', at: at(), node: `miner-${rng.int(0, miners - 1)}` }))
  maybe(0.3, () => ({ kind: 'restart', at: at(), for: span(), node: pick(rng, [...labels, 'miner-1']) }))
  maybe(0.5, () => ({
    kind: 'partition',
    at: at(),
    for: span(),
    groups: [rng.shuffle([...labels, 'router-0', 'miner-0']).slice(0, rng.int(1, oracles))]
  }))
  maybe(0.4, () => ({ kind: 'rpc-outage', at: at(), for: span(), node: pick(rng, labels) }))
  maybe(0.3, () => ({ kind: 'rpc-outage', at: at(), for: span() }))
  maybe(0.5, () => ({ kind: 'reorg', at: at(), depth: rng.int(1, 4), loseCalls: rng.next() < 0.5 }))
  const adversaries = [
    ...Array.from({ length: faulty - killed }, () => ({ strategy: pick(rng, namesOf('oracle')), count: 1 })),
    ...(rng.next() < 0.6 ? [{ strategy: pick(rng, namesOf('miner')), count: 1 }] : [])
  ]
  return {
    name: 'random',
    description: `Drawn from seed ${seed}`,
    seed,
    duration: `${duration * SECOND_MS}ms`,
    network: {
      latencyMs: { min: rng.int(1, 50), max: rng.int(50, 250) },
      loss: rng.next() < 0.5 ? 0 : rng.int(1, 10) / 100
    },
    nodes: { oracles, routers: 1, miners },
    workload: { tasksPerSecond: rng.int(0, 10) / 10 },
    adversaries,
    faults
  }
}

export const randomScenario = (seed: string): Scenario => checkScenario(randomScenarioFile(seed), `random scenario ${seed}`)
