import { simulatorError } from '../errors.js'
import type { Simulation } from '../simulation.js'

/** What must hold at every moment, whatever was broken and whoever cheated. Throws `SIM_INVARIANT`. */
export function checkInvariants(simulation: Simulation): void {
  const { epochs } = simulation.result()
  const fail = (what: string): never => {
    throw simulatorError(
      'SIM_INVARIANT',
      `${what}, at ${simulation.kernel.clock.now()} ms; traced so far: ${simulation.kernel.trace.lines} lines`
    )
  }
  epochs.forEach(({ commit, report }, i) => {
    const before = epochs[i - 1]?.commit
    if (commit.epoch !== i + 1) {
      fail(`Epoch ${commit.epoch} was committed where ${i + 1} was due`)
    }
    if (before !== undefined && commit.prev !== before.digest) {
      fail(`Epoch ${commit.epoch} does not build on the commit before it`)
    }
    if (report.totals.rewards !== commit.totals.rewards || report.rewardsRoot !== commit.rewardsRoot) {
      fail(`The report of epoch ${commit.epoch} is not what was committed`)
    }
    const owed = report.state.cumulative.reduce((sum, { amount }) => sum + amount, 0n)
    if (owed > report.totals.rewards) {
      fail(`Epoch ${commit.epoch} owes more than its total`)
    }
  })
  const { claimed, funded, rewards } = simulation.kernel.chain.totals()
  if (rewards > funded || claimed > rewards) {
    fail(`Claimed ${claimed}, owed ${rewards}, funded ${funded}`)
  }
}
