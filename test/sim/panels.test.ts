import { SWARM_PARAMS } from '@cortensor/config'
import { createSimulation, watchInvariants } from '@cortensor/simulator'
import { expect, test } from 'vitest'
import { reDeriveAll } from './re-derive.js'

/** Virtual minutes take real seconds, and machines that run the tests are busy. */
const TEST_MS = 180_000
const device = { decodeTokensPerSecond: 80, prefillTokensPerSecond: 2_000, sequences: 4 }
const params = {
  ...SWARM_PARAMS,
  quiz: { ...SWARM_PARAMS.quiz, capabilityBps: 0, openAnswerers: 4, judgeSeats: 5, trialSeats: 8 }
}

test(
  'models that can judge earn a weight and are heard, others are given up, and all of it can be derived again',
  async () => {
    const simulation = createSimulation({
      ...{ seed: 'panels', miners: 12, oracles: 4, routers: 1, tasksPerSecond: 0.1, params },
      devices: [
        { ...device, name: 'judge', model: 'sim-judge', judging: 1 },
        { ...device, name: 'guesser', model: 'sim-guesser', judging: 0.5 },
        { ...device, name: 'chatter', model: 'sim-chatter' },
        { ...device, name: 'judge', model: 'sim-judge', judging: 1 }
      ]
    })
    const watch = watchInvariants(simulation)
    await simulation.start()
    const opinions = () => simulation.epochs.flatMap(({ report }) => report.opinions)
    const judged = () => opinions().filter(({ answers }) => answers.some(({ scoreMilli }) => scoreMilli !== null))
    for (let seconds = 0; judged().length === 0 && seconds < 400; seconds += 10) {
      await simulation.run(10_000)
      expect(watch.isBroken()).toBe(false)
    }
    watch.expectWhole()
    const able = new Map(simulation.miners.map(({ device: { name }, nodeId }) => [nodeId, name]))
    expect(judged().length).toBeGreaterThan(0)
    const seated = opinions().flatMap(({ ballots }) => ballots.filter(({ isSeated }) => isSeated))
    expect(seated.every(({ node }) => able.get(node) === 'judge')).toBe(true)
    const last = simulation.epochs.at(-1)?.report.state
    const rightOf = (name: string): number =>
      (last?.judges ?? []).filter(({ node }) => able.get(node) === name).reduce((sum, { right }) => sum + right, 0)
    expect(rightOf('judge')).toBeGreaterThan(0)
    expect(rightOf('chatter')).toBe(0)
    // Nobody is accused of having judged with another model than its own.
    expect(last?.honesty.filter(({ contradictions }) => contradictions > 0)).toEqual([])
    const audited = simulation.epochs.flatMap(({ report }) => report.audits).length
    expect(audited).toBeGreaterThan(0)
    const checks = await simulation.kernel.clock.complete(reDeriveAll(simulation))
    expect(checks.filter((check) => !check.ok)).toEqual([])
    await simulation.stop()
  },
  TEST_MS
)
