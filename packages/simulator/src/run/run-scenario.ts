import type { CreateMesh, NodeId } from '@cortensor/interface'
import { createMemorySigner } from '@cortensor/memory'
import { simulatorError } from '../errors.js'
import type { AttackFigures } from '../gossip-attacks/delivery-meter.js'
import { GOSSIP_ATTACKS } from '../gossip-attacks/gossip-attacks.js'
import { type MountedAttack, mountAttack } from '../gossip-attacks/mount-attack.js'
import type { SimulationResult } from '../records.js'
import { planSimulation } from '../scenario/plan.js'
import type { Scenario } from '../scenario/schema.js'
import { createSimulation } from '../simulation.js'
import { type AssertionOutcome, checkAssertions } from './assertions.js'
import { churnFaults, scheduleFaults } from './faults.js'
import { watchInvariants } from './invariants.js'
import { expectLiveness } from './liveness.js'
import { withoutRealWorld } from './real-world.js'
import { createStandIns } from './stand-ins.js'

export interface RunProgress {
  /** Virtual time since the start, in ms. */
  elapsedMs: number
  durationMs: number
  /** Events of the virtual clock so far. */
  events: number
  epochs: number
}

export interface RunInit {
  /** @default the scenario's */
  durationMs?: number
  /** Told after every slice of virtual time, outside of it. */
  onProgress?: (progress: RunProgress) => void
  /** Told of every line of the trace. */
  onLine?: (line: string) => void
  signal?: AbortSignal
  /** Once the duration is over and the result taken: takes back all faults and sees that the network goes on. @default with faults */
  liveness?: boolean
  /** Real gossip for fidelity `full`; it comes from whoever composes real nodes. */
  createMesh?: CreateMesh
}

export interface RunOutcome {
  scenario: Scenario
  durationMs: number
  result: SimulationResult
  assertions: AssertionOutcome[]
  /** Of a scenario with an attack on gossip. */
  attack?: AttackFigures
}

/** Progress is told this many times a run. */
const SLICES = 100

/** After the run nodes get this long to say what they still have to say while they stop, in ms of virtual time. */
const MIN_SLICE_MS = 1_000

/** The second oracle is whom attacks on one are after: a node that hears all topics, and whose word is waited for. */
const TARGET = 1

function attackOf({ gossipAttack, network, nodes }: Scenario, createMesh: CreateMesh, durationMs: number): MountedAttack | null {
  if (gossipAttack === undefined) {
    return null
  }
  const idsOf = (role: 'oracle' | 'router' | 'miner', count: number): NodeId[] =>
    Array.from({ length: count }, (_, i) => createMemorySigner({ label: `${role}-${i}` }).nodeId)
  const publishers = idsOf('oracle', nodes.oracles)
  return mountAttack(createMesh, {
    attack: GOSSIP_ATTACKS[gossipAttack.kind],
    publishers,
    honest: [...publishers, ...idsOf('router', nodes.routers), ...idsOf('miner', nodes.miners)],
    target: publishers[TARGET] as NodeId,
    attackAtMs: gossipAttack.at,
    durationMs,
    latencyMs: (rng) => network.latencyMs.min + rng.next() * (network.latencyMs.max - network.latencyMs.min)
  })
}

/**
 * Plays a scenario. Equal scenarios give equal results, trace hash included. Throws `SIM_INVARIANT`, `SIM_STUCK`,
 * `SIM_REAL_WORLD` or `SIM_SCENARIO_INVALID`; an assertion that does not hold is an outcome.
 */
export async function runScenario(scenario: Scenario, init: RunInit = {}): Promise<RunOutcome> {
  const durationMs = init.durationMs ?? scenario.duration
  if (scenario.fidelity === 'process') {
    throw simulatorError('SIM_SCENARIO_INVALID', 'Fidelity process is played with real nodes: run it with `cortensor sim run`')
  }
  if (scenario.gossipAttack !== undefined && scenario.fidelity !== 'full') {
    throw simulatorError('SIM_SCENARIO_INVALID', 'gossipAttack: sybils attack gossipsub itself, which only fidelity full has')
  }
  const createMesh = scenario.fidelity === 'full' ? init.createMesh : undefined
  if (scenario.fidelity === 'full' && createMesh === undefined) {
    throw simulatorError(
      'SIM_SCENARIO_INVALID',
      'Fidelity full needs real gossip: run it with `cortensor sim run`, or give createMesh'
    )
  }
  const attack = createMesh === undefined ? null : attackOf(scenario, createMesh, durationMs)
  const simulation = createSimulation({
    ...planSimulation(scenario),
    createMesh: attack?.createMesh ?? createMesh,
    ...(init.onLine === undefined ? {} : { onLine: init.onLine })
  })
  const sliceMs = Math.max(MIN_SLICE_MS, Math.ceil(durationMs / SLICES))
  const faults = [...scenario.faults, ...churnFaults(scenario, durationMs)]
  const cancelFaults = scheduleFaults(simulation, faults)
  const watch = watchInvariants(simulation)
  const { clock, hub, rng } = simulation.kernel
  clock.after(Math.min(scenario.warmup, durationMs / 2), () => hub.resetStats())
  const standIns = createMesh === undefined ? undefined : createStandIns(clock, rng.fork('globals'))
  const inside = <T>(work: () => Promise<T>): Promise<T> => withoutRealWorld(work, standIns)
  await inside(() => simulation.start())
  try {
    for (let elapsedMs = 0; elapsedMs < durationMs; ) {
      init.signal?.throwIfAborted()
      const stepMs = Math.min(sliceMs, durationMs - elapsedMs)
      await inside(() => clock.runUntil(watch.isBroken, stepMs))
      watch.expectWhole()
      elapsedMs += stepMs
      init.onProgress?.({ elapsedMs, durationMs, events: clock.events, epochs: simulation.epochs.length })
    }
    const result = simulation.result()
    const figures = attack?.figures()
    if (init.liveness ?? faults.length > 0) {
      cancelFaults()
      await inside(() => expectLiveness(simulation))
      watch.expectWhole()
    }
    return {
      scenario,
      durationMs,
      result,
      ...(figures === undefined ? {} : { attack: figures }),
      assertions: checkAssertions(scenario.assertions, result)
    }
  } finally {
    await inside(() => simulation.stop())
  }
}
