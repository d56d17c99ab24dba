import { isDeepStrictEqual } from 'node:util'
import type { TaskId } from '@cortensor/interface'
import type { ReportCheck } from '@cortensor/scoring'
import { createSimulation, type SimulationResult } from '@cortensor/simulator'
import { beforeAll, describe, expect, test } from 'vitest'
import { reDeriveAll } from './re-derive.js'

const MINUTE_MS = 60_000
/** What a result needs from the end of its task to the next observation of all oracles: the way of its messages, with much to spare. */
const TRAVEL_MS = 5_000

interface Run {
  result: SimulationResult
  checks: ReportCheck[]
  /** When each completed task ended. */
  ends: Map<TaskId, number>
  pending: number
  /** What happened in the first minutes. */
  beginning: string[]
}

/** So much of a run is played a second time. */
const REPEATED_MS = 4 * MINUTE_MS

async function simulate(seed: string, minutes: number, withChecks = false): Promise<Run> {
  const ends = new Map<TaskId, number>()
  const beginning: string[] = []
  let startedMs: number | undefined
  const simulation = createSimulation({
    seed,
    onLine(line) {
      const [timeMs, , event, taskId, how] = line.split(' ')
      startedMs ??= Number(timeMs)
      if (Number(timeMs) < startedMs + REPEATED_MS) {
        beginning.push(line)
      }
      if (event === 'task' && how === 'completed') {
        ends.set(taskId as TaskId, Number(timeMs))
      }
    }
  })
  await simulation.start()
  const result = await simulation.run(minutes * MINUTE_MS)
  const checks = withChecks ? await simulation.kernel.clock.complete(reDeriveAll(simulation)) : []
  await simulation.stop()
  await simulation.kernel.clock.advance(MINUTE_MS)
  return { result, checks, ends, pending: simulation.kernel.clock.pending, beginning }
}

/** Pearson's. */
function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(xs), mean(ys)]
  const sum = (of: (i: number) => number): number => xs.reduce((total, _, i) => total + of(i), 0)
  const [dx, dy] = [(i: number) => (xs[i] as number) - x, (i: number) => (ys[i] as number) - y]
  return sum((i) => dx(i) * dy(i)) / Math.sqrt(sum((i) => dx(i) ** 2) * sum((i) => dy(i) ** 2))
}

describe('ten minutes of 4 oracles, 1 router and 20 miners', () => {
  let first: Run
  let result: SimulationResult

  beforeAll(async () => {
    first = await simulate('ten-minutes', 10, true)
    result = first.result
  }, 300_000)

  test('begin the same when they are run again', { timeout: 300_000 }, async () => {
    const second = await simulate('ten-minutes', REPEATED_MS / MINUTE_MS)
    expect(second.beginning.length).toBeGreaterThan(10_000)
    expect(isDeepStrictEqual(second.beginning, first.beginning)).toBe(true)
    expect(second.result.reportCids.length).toBeGreaterThan(3)
    expect(second.result.reportCids).toEqual(result.reportCids.slice(0, second.result.reportCids.length))
  })

  test('commit contiguous epochs, each on the one before', () => {
    const commits = result.epochs.map(({ commit }) => commit)
    expect(commits.length).toBeGreaterThanOrEqual(15)
    for (const [i, commit] of commits.entries()) {
      expect(commit.epoch).toBe(i + 1)
      expect(commit.prev).toBe(commits[i - 1]?.digest ?? `0x${'00'.repeat(32)}`)
    }
  })

  test('ask in rounds what nodes have written that were drawn for it, and pay them once it is answered', () => {
    const reports = result.epochs.map(({ report }) => report)
    const written = reports.flatMap(({ epoch, state }) => state.authored.filter((row) => row.epoch === epoch))
    const commissions = reports.flatMap(({ epoch, state }) => state.commissions.filter((one) => one.epoch === epoch + 1))
    expect(written.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThanOrEqual(3)
    for (const { creator, epoch, preparer } of written) {
      for (const [stage, node] of [['create', creator] as const, ['prepare', preparer] as const]) {
        // Of its own epoch, or of the one before when it ended too late for that.
        const own = commissions.filter((one) => one.stage === stage && one.node === node)
        expect(own.some((one) => one.epoch === epoch || one.epoch === epoch - 1)).toBe(true)
      }
    }
  })

  test('are led by all oracles in turn', () => {
    const leaders = result.epochs.map(({ leader }) => leader)
    for (let i = 4; i < leaders.length; i++) {
      expect(new Set(leaders.slice(i - 4, i)).size).toBe(4)
    }
    expect(result.epochs.every(({ commit }) => commit.view === 0)).toBe(true)
  })

  test('are reported so that every report can be derived again from the one before', () => {
    expect(first.checks.map((check) => (check.ok ? 'ok' : check.reason))).toEqual(result.epochs.map(() => 'ok'))
    expect(first.checks.length).toBe(result.epochs.length)
  })

  test('measure every miner, and the skilled ones score higher', () => {
    const miners = result.miners.toSorted((a, b) => (a.skill ?? 0) - (b.skill ?? 0))
    const share = (some: typeof miners): number =>
      some.reduce((sum, { correct }) => sum + correct, 0) / some.reduce((sum, { asked }) => sum + asked, 0)
    expect(result.rounds.length).toBeGreaterThanOrEqual(30)
    expect(result.rounds.every(({ answerers }) => answerers >= 19)).toBe(true)
    expect(share(miners.slice(-5)) - share(miners.slice(0, 5))).toBeGreaterThan(0.3)
    // Who is slow gives fewer answers in time, so that shares are a little below what the miner could do.
    const shares = miners.map(({ asked, correct }) => correct / asked)
    expect(
      correlation(
        miners.map(({ skill }) => skill ?? 0),
        shares
      )
    ).toBeGreaterThan(0.85)
  })

  test('pay rewards that only grow, and whose sums are exact', () => {
    let paid = 0n
    const byOperator = new Map<string, bigint>()
    for (const { commit, report } of result.epochs) {
      for (const { base, operator, quiz, work } of report.rewards) {
        paid += base + quiz + work
        byOperator.set(operator, (byOperator.get(operator) ?? 0n) + base + quiz + work)
      }
      expect(commit.totals.rewards).toBe(paid)
      for (const { amount, operator } of report.state.cumulative) {
        expect(amount).toBe(byOperator.get(operator))
      }
    }
    expect(result.rewardsTotal).toBe(paid)
    expect(result.miners.reduce((sum, { earned }) => sum + earned, 0n)).toBe(paid)
    expect(result.miners.every(({ earned }) => earned > 0n)).toBe(true)
  })

  test('complete the tasks of users, and report every one of them once', () => {
    const { active, completed, started } = result.tasks
    expect(started).toBeGreaterThan(200)
    expect(completed / (started - active)).toBeGreaterThan(0.95)
    const reported = result.epochs.flatMap(({ report }) => report.results.map(({ taskId }) => taskId))
    const lastCutoffMs = result.epochs.at(-1)?.report.state.cutoffMs ?? 0
    const due = [...first.ends].filter(([, endMs]) => endMs + TRAVEL_MS <= lastCutoffMs).map(([taskId]) => taskId)
    expect(due.length).toBeGreaterThan(200)
    expect(due.filter((taskId) => !reported.includes(taskId))).toEqual([])
    expect(new Set(reported).size).toBe(reported.length)
  })

  test('leave nothing scheduled behind', () => {
    expect(first.pending).toBe(0)
  })
})

test('another seed has another history', { timeout: 300_000 }, async () => {
  const runs = [await simulate('one', 1), await simulate('another', 1)]
  expect(new Set(runs.map(({ result }) => result.traceHash)).size).toBe(2)
})
