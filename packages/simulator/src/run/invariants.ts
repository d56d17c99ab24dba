import { simulatorError } from '../errors.js'
import type { EpochRecord } from '../records.js'
import type { Simulation } from '../simulation.js'

/** Looks at a simulation after every event, and remembers the first thing that must never be. */
export interface InvariantWatch {
  /** True once something is broken; cheap while nothing has changed. */
  isBroken(): boolean
  /** Throws `SIM_INVARIANT` when something is. */
  expectWhole(): void
}

/**
 * What must hold at every moment, whatever was broken and whoever cheated: epochs follow one another, one root for each, the report is the
 * one that was committed, nothing is reported twice, sessions owe what they spent, no more is owed than was granted and no more paid than is owed,
 * no honest miner loses stake, the registry holds what is staked and what was slashed, and no judge of a panel is of an operator whose answer it
 * judges, nor does a panel outlast its time.
 */
export function watchInvariants(simulation: Simulation): InvariantWatch {
  const { chain, clock, trace } = simulation.kernel
  const digests = new Map<number, string>()
  const reported = new Set<string>()
  let seen: readonly EpochRecord[] = []
  let broken: string | null = null

  const fail = (what: string): void => {
    broken ??= `${what}, at ${clock.now()} ms; traced so far: ${trace.lines} lines`
  }
  const lookAtEpoch = ({ commit, report }: EpochRecord, before: EpochRecord | undefined): void => {
    if (commit.epoch !== (before?.commit.epoch ?? 0) + 1) {
      fail(`Epoch ${commit.epoch} was committed where ${(before?.commit.epoch ?? 0) + 1} was due`)
    }
    if (before !== undefined && commit.prev !== before.commit.digest) {
      fail(`Epoch ${commit.epoch} does not build on the commit before it`)
    }
    if (report.totals.rewards !== commit.totals.rewards || report.rewardsRoot !== commit.rewardsRoot) {
      fail(`The report of epoch ${commit.epoch} is not what was committed`)
    }
    const owed = report.state.cumulative.reduce((sum, { amount }) => sum + amount, 0n)
    if (owed > report.totals.rewards) {
      fail(`Epoch ${commit.epoch} owes more than its total`)
    }
    const finals = new Map(before?.report.state.settlements.map(({ final, session }) => [session, final]))
    for (const { credited, dues, final, session, spent } of report.state.settlements) {
      const due = dues.reduce((sum, { amount }) => sum + amount, 0n)
      if (spent - credited !== due || final > spent || final < (finals.get(session) ?? 0n)) {
        fail(`Epoch ${commit.epoch} has other sums of session ${session} than its answers give`)
      }
    }
    const slashed = new Set(report.state.slashings.map(({ node }) => node))
    if (before?.report.state.slashings.some(({ node }) => !slashed.has(node)) === true) {
      fail(`Epoch ${commit.epoch} has forgotten who lost stake`)
    }
    const honest = simulation.miners.find(({ nodeId, strategy }) => strategy === null && slashed.has(nodeId))
    if (honest !== undefined) {
      fail(`Epoch ${commit.epoch} takes stake of ${honest.label}, which is honest`)
    }
    lookAtPanels(report)
    const known = digests.get(commit.epoch)
    if (known !== undefined && known !== commit.digest) {
      fail(`Epoch ${commit.epoch} has two commits, ${known} and ${commit.digest}`)
    }
    if (known === undefined) {
      digests.set(commit.epoch, commit.digest)
      lookForDoubles({ commit, report })
    }
  }
  const lookAtPanels = ({ epoch, opinions, state }: EpochRecord['report']): void => {
    const operators = new Map(state.bindings.map(({ node, operator }) => [node, operator]))
    for (const { answers, ballots, roundId } of opinions) {
      const judges = ballots.filter(({ isSeated }) => isSeated).map(({ node }) => operators.get(node))
      const answering = answers.flatMap(({ nodes }) => nodes.map((node) => operators.get(node)))
      if (new Set([...judges, ...new Set(answering)]).size !== judges.length + new Set(answering).size) {
        fail(`Epoch ${epoch} has a judge of its own answer, or two of one operator, in round ${roundId}`)
      }
    }
    const { quizJudgeMs } = simulation.kernel.params.deadlines
    if (state.panels.some(({ drawnMs }) => state.cutoffMs >= drawnMs + quizJudgeMs && drawnMs !== state.cutoffMs)) {
      fail(`Epoch ${epoch} keeps a panel open whose time is over`)
    }
  }
  const lookForDoubles = ({ commit, report }: Pick<EpochRecord, 'commit' | 'report'>): void => {
    const keys = [
      ...report.results.map(({ miner, taskId }) => `result ${taskId} of ${miner}`),
      ...report.outcomes.map(({ miner, roundId }) => `outcome ${roundId} of ${miner}`),
      ...report.opinions.map(({ roundId }) => `opinion on round ${roundId}`)
    ]
    for (const key of keys) {
      if (reported.has(key)) {
        fail(`Epoch ${commit.epoch} reports the ${key} again`)
      }
      reported.add(key)
    }
  }
  const look = (): void => {
    const { epochs } = simulation
    if (epochs !== seen) {
      seen = epochs
      epochs.forEach((epoch, i) => {
        if (digests.get(epoch.commit.epoch) !== epoch.commit.digest) {
          lookAtEpoch(epoch, epochs[i - 1])
        }
      })
    }
    const { held, slashed, staked } = chain.stakes()
    if (held !== staked + slashed) {
      fail(`Staked ${staked}, slashed ${slashed}, held ${held}`)
    }
    const { claimed, funded, rewards } = chain.totals()
    if (rewards > funded || claimed > rewards) {
      fail(`Claimed ${claimed}, owed ${rewards}, funded ${funded}`)
    }
  }
  return {
    isBroken() {
      look()
      return broken !== null
    },
    expectWhole() {
      look()
      if (broken !== null) {
        throw simulatorError('SIM_INVARIANT', broken)
      }
    }
  }
}
