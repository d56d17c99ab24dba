import { SWARM_PARAMS } from '@cortensor/config'
import { leaderOf } from '@cortensor/protocols'
import { createSimulation, type SimulatedNode, STRATEGIES, watchInvariants } from '@cortensor/simulator'
import { expect, test } from 'vitest'

/** Virtual minutes take real seconds, and machines that run the tests are busy. */
const TEST_MS = 180_000
/** One class of machines: only they can tell bits apart. */
const device = { name: 'desktop', model: 'sim-small', decodeTokensPerSecond: 80, prefillTokensPerSecond: 1_000, sequences: 4 }
const params = {
  ...SWARM_PARAMS,
  audit: { ...SWARM_PARAMS.audit, exactWindows: true },
  quiz: { ...SWARM_PARAMS.quiz, capabilityBps: 0 }
}

test(
  'a false window costs half of the stake, and honest miners nothing, though the next leader dies',
  async () => {
    const simulation = createSimulation({
      ...{ seed: 'slashings', miners: 8, oracles: 4, routers: 1, tasksPerSecond: 0.3, params },
      devices: [device],
      strategies: new Map([['miner-3', STRATEGIES['other-quantisation']]])
    })
    const watch = watchInvariants(simulation)
    const reader = simulation.kernel.chain.connect(null)
    await reader.start()
    await simulation.start()
    const stakeOf = async ({ nodeId, operator }: (typeof simulation.miners)[number]) =>
      simulation.kernel.clock.complete(reader.stake(operator, nodeId))
    const before = await Promise.all(simulation.miners.map(stakeOf))
    const least = before[0]?.amount ?? 0n
    expect(before).toEqual(simulation.miners.map(() => ({ amount: least, releaseAtMs: null })))
    const slashed = () => simulation.epochs.at(-1)?.report.state.slashings ?? []
    for (let seconds = 0; slashed().length === 0 && seconds < 300; seconds += 5) {
      await simulation.run(5_000)
    }
    // It is sent when another epoch has followed. Who would lead that one is dead, so that others commit it, and the slashing after it.
    const epoch = simulation.epochs.at(-1)?.report.epoch ?? 0
    const next = leaderOf(simulation.kernel.chain.committee, epoch + 1, 0)
    const oracle = simulation.oracles.find(({ nodeId }) => nodeId === next)
    simulation.kill(oracle as SimulatedNode)
    for (let seconds = 0; simulation.kernel.chain.stakes().slashed === 0n && seconds < 200; seconds += 5) {
      await simulation.run(5_000)
    }
    await simulation.run(60_000)
    watch.expectWhole()
    expect(simulation.epochs.find(({ report }) => report.epoch === epoch + 1)?.commit.view).toBeGreaterThan(0)
    const cheat = simulation.miners.find(({ strategy }) => strategy !== null)
    expect(slashed()).toMatchObject([{ node: cheat?.nodeId, operator: cheat?.operator, window: 0 }])
    const { state } = simulation.epochs.at(-1)?.report ?? {}
    expect(state?.honesty.filter(({ isEjected }) => isEjected).map(({ node }) => node)).toEqual([cheat?.nodeId])
    expect(state?.honesty.filter(({ contradictions }) => contradictions > 0).map(({ node }) => node)).toEqual([cheat?.nodeId])
    const after = await Promise.all(simulation.miners.map(stakeOf))
    expect(after.map((stake, i) => [simulation.miners[i]?.strategy?.name ?? 'honest', stake?.amount])).toEqual(
      simulation.miners.map(({ strategy }) => (strategy === null ? ['honest', least] : [strategy.name, least / 2n]))
    )
    expect(simulation.kernel.chain.stakes()).toMatchObject({ slashed: least / 2n })
    await simulation.stop()
  },
  TEST_MS
)

test(
  'a miner that shows nothing to a dispute loses its stake all the same: who found its window false shows it',
  async () => {
    const simulation = createSimulation({
      ...{ seed: 'slashings', miners: 8, oracles: 4, routers: 1, tasksPerSecond: 0.3, params },
      devices: [device],
      strategies: new Map([['miner-3', STRATEGIES['dispute-dodger']]])
    })
    await simulation.start()
    const slashed = () => simulation.epochs.at(-1)?.report.state.slashings ?? []
    for (let seconds = 0; slashed().length === 0 && seconds < 300; seconds += 5) {
      await simulation.run(5_000)
    }
    const dodger = simulation.miners.find(({ strategy }) => strategy !== null)
    expect(slashed()).toMatchObject([{ node: dodger?.nodeId, operator: dodger?.operator, window: 0 }])
    await simulation.stop()
  },
  TEST_MS
)
