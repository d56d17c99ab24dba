import { SWARM_PARAMS } from '@cortensor/config'
import type { NodeId } from '@cortensor/interface'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createSimulation,
  type EpochRecord,
  randomScenario,
  randomScenarioFile,
  type Simulation,
  scenarioToFile
} from '../src/index.js'
import { watchInvariants } from '../src/run/invariants.js'
import { expectLiveness } from '../src/run/liveness.js'
import { checkScenario } from '../src/scenario/parse.js'

const EPOCH_MS = 10_000

/** With a heartbeat so short that waiting for what does not come is short too. */
const PARAMS = { ...SWARM_PARAMS, epoch: { ...SWARM_PARAMS.epoch, epochMs: EPOCH_MS, heartbeatMs: EPOCH_MS } }

let running: Simulation | undefined

async function start(): Promise<Simulation> {
  running = createSimulation({ seed: 'run', miners: 2, params: PARAMS, tasksPerSecond: 0.5 })
  await running.start()
  await running.run(4 * EPOCH_MS)
  return running
}

afterEach(async () => {
  await running?.stop()
  running = undefined
})

describe('invariants', () => {
  /** The simulation as it is, with other epochs. */
  const withEpochs = (simulation: Simulation, epochs: readonly EpochRecord[]): Simulation => ({ ...simulation, epochs })

  it('hold in an honest network, and are told apart from what breaks them', async () => {
    const simulation = await start()
    const { epochs } = simulation
    expect(epochs.length).toBeGreaterThan(1)
    expect(watchInvariants(simulation).isBroken()).toBe(false)
    const [first, second] = epochs as [EpochRecord, EpochRecord]
    const broken: Record<string, EpochRecord[]> = {
      'was committed where': [second],
      'does not build on': [
        first,
        { ...second, commit: { ...second.commit, prev: `0x${'11'.repeat(32)}` as typeof second.commit.prev } }
      ],
      'is not what was committed': [{ ...first, report: { ...first.report, totals: { ...first.report.totals, rewards: 1n } } }],
      again: [first, { ...second, report: { ...second.report, outcomes: [...first.report.outcomes, ...first.report.outcomes] } }]
    }
    for (const [words, some] of Object.entries(broken)) {
      expect(() => watchInvariants(withEpochs(simulation, some)).expectWhole(), words).toThrowError(words)
    }
  })

  it('allow one commit for an epoch, even if it was seen before and is gone', async () => {
    const simulation = await start()
    const [first] = simulation.epochs as [EpochRecord]
    let epochs: readonly EpochRecord[] = [first]
    const watch = watchInvariants({
      ...simulation,
      get epochs() {
        return epochs
      }
    })
    expect(watch.isBroken()).toBe(false)
    epochs = [{ ...first, commit: { ...first.commit, digest: `0x${'22'.repeat(32)}` as typeof first.commit.digest } }]
    expect(watch.isBroken()).toBe(true)
    expect(() => watch.expectWhole()).toThrowError('two commits')
  })
})

describe('liveness', () => {
  it('is there as soon as the faults are over', async () => {
    const simulation = await start()
    const { clock, hub } = simulation.kernel
    hub.partition([simulation.oracles.slice(0, 2).map(({ nodeId }) => nodeId)])
    await clock.advance(3 * EPOCH_MS)
    const before = simulation.epochs.length
    await expectLiveness(simulation)
    expect(simulation.epochs.length).toBeGreaterThanOrEqual(before + 3)
  })

  it('is not, while something stays broken', async () => {
    const simulation = await start()
    const { clock, hub } = simulation.kernel
    const half: NodeId[] = simulation.oracles.slice(0, 2).map(({ nodeId }) => nodeId)
    const cancel = clock.every(1_000, () => hub.partition([half]))
    await expect(expectLiveness(simulation)).rejects.toMatchObject({ code: 'SIM_STUCK' })
    cancel()
  })

  it('is not asked of a committee with more faulty members than it can bear', async () => {
    const simulation = await start()
    for (const oracle of simulation.oracles.slice(0, 2)) {
      simulation.kill(oracle)
    }
    const before = simulation.kernel.clock.now()
    await expectLiveness(simulation)
    expect(simulation.kernel.clock.now()).toBe(before)
  })
})

describe('a node that goes and comes back', () => {
  it('hears nothing while it is away, and follows again from its disk', async () => {
    const simulation = await start()
    const { clock } = simulation.kernel
    const [oracle] = simulation.oracles as [Simulation['oracles'][number]]
    simulation.restart(oracle, 2 * EPOCH_MS)
    expect(simulation.killed.has(oracle)).toBe(true)
    await clock.advance(EPOCH_MS)
    expect(oracle.ports.network.peers()).toEqual([])
    const isBack = (): boolean => !simulation.killed.has(oracle) && oracle.status()?.epoch === simulation.epochs.length + 1
    expect(await clock.runUntil(isBack, 4 * EPOCH_MS)).toBe(true)
    expect(oracle.ports.network.peers().length).toBeGreaterThan(0)
  })
})

describe('scenarios that chance makes', () => {
  it('are the same for the same seed, and survive being written down', () => {
    const seeds = Array.from({ length: 50 }, (_, i) => `${i}`)
    for (const seed of seeds) {
      const scenario = randomScenario(seed)
      expect(randomScenario(seed)).toEqual(scenario)
      expect(checkScenario(scenarioToFile(scenario), seed)).toEqual(scenario)
    }
    expect(new Set(seeds.map((seed) => JSON.stringify(randomScenarioFile(seed)))).size).toBe(50)
  })
})
