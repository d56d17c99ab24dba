import type { EpochRecord, MinerRecord, SimulationResult, TaskRecord } from '../records.js'
import { type Chart, distribution, overlay } from './chart.js'
import { machineIncomes } from './incomes.js'
import { gini } from './statistics.js'

const MICRO = 1_000_000

/** The plots of a run; those without any data are left out. */
export function resultCharts({ epochs, latencies, miners, taskRecords }: SimulationResult): Chart[] {
  return [
    waits(taskRecords),
    deliveries(latencies),
    commits(epochs),
    views(epochs),
    skills(miners),
    incomes(miners),
    lorenz(miners)
  ].filter((chart) => chart.xs.length > 0)
}

function waits(tasks: readonly TaskRecord[]): Chart {
  const completed = tasks.filter(({ outcome }) => outcome === 'completed')
  const first = completed.flatMap(({ firstTokenMs, startedMs }) => (firstTokenMs === null ? [] : [firstTokenMs - startedMs]))
  return {
    title: 'Time that users wait',
    caption: 'Share of the completed tasks that took at most so long, to the first token and to the last.',
    x: 'ms',
    y: 'share',
    kind: 'line',
    ...overlay([
      { label: 'first token', ...distribution(first) },
      { label: 'last token', ...distribution(completed.map(({ endMs, startedMs }) => endMs - startedMs)) }
    ])
  }
}

function deliveries(latencies: SimulationResult['latencies']): Chart {
  const total = latencies.reduce((sum, [, count]) => sum + count, 0)
  let reached = 0
  return {
    title: 'Gossip',
    caption: 'Share of the deliveries that took at most so long, from the author to the receiver.',
    x: 'ms',
    y: 'share',
    kind: 'line',
    xs: latencies.map(([ms]) => ms),
    series: [
      {
        label: 'delivered',
        ys: latencies.map(([, count]) => {
          reached += count
          return reached / total
        })
      }
    ]
  }
}

const commits = (epochs: readonly EpochRecord[]): Chart => ({
  title: 'From cutoff to commit',
  caption: 'Seconds from the time up to which a report counts to the block that holds its commit.',
  x: 'epoch',
  y: 's',
  kind: 'step',
  xs: epochs.map(({ commit }) => commit.epoch),
  series: [{ label: 'delay', ys: epochs.map(({ commit, report }) => (commit.block.timestampMs - report.state.cutoffMs) / 1_000) }]
})

const views = (epochs: readonly EpochRecord[]): Chart => ({
  title: 'Views',
  caption: 'The view in which an epoch was committed; above 0, the leaders before it had failed.',
  x: 'epoch',
  y: 'view',
  kind: 'points',
  xs: epochs.map(({ commit }) => commit.epoch),
  series: [{ label: 'view', ys: epochs.map(({ commit }) => commit.view) }]
})

/** Those whose true skill is known. */
const bySkill = (miners: readonly MinerRecord[]): (MinerRecord & { skill: number })[] =>
  miners.flatMap(({ skill, ...miner }) => (skill === null ? [] : [{ ...miner, skill }])).sort((a, b) => a.skill - b.skill)

function skills(miners: readonly MinerRecord[]): Chart {
  const asked = bySkill(miners).filter(({ measured }) => measured !== null)
  return {
    title: 'Measured against true skill',
    caption:
      'The share of right answers to items of medium difficulty: measured by the quiz over given; on the line they are equal.',
    x: 'true skill',
    y: 'measured skill',
    kind: 'points',
    xs: asked.map(({ skill }) => skill),
    series: [
      { label: 'measured', ys: asked.map(({ measured }) => measured) },
      { label: 'equal', ys: asked.map(({ skill }) => skill) }
    ]
  }
}

function incomes(miners: readonly MinerRecord[]): Chart {
  const sorted = bySkill(miners)
  const names = [...new Set(sorted.map(({ strategy }) => strategy ?? 'honest'))].sort()
  return {
    title: 'Income by skill and strategy',
    caption: 'What each miner has earned, over its true skill.',
    x: 'true skill',
    y: 'COR',
    kind: 'points',
    xs: sorted.map(({ skill }) => skill),
    series: names.map((name) => ({
      label: name,
      ys: sorted.map(({ earned, strategy }) => ((strategy ?? 'honest') === name ? Number(earned) / MICRO : null))
    }))
  }
}

function lorenz(miners: readonly MinerRecord[]): Chart {
  const earned = machineIncomes(miners)
    .map((machine) => machine.earned)
    .sort((a, b) => a - b)
  const total = earned.reduce((sum, value) => sum + value, 0)
  let reached = 0
  return {
    title: `How incomes are spread (Gini ${gini(earned).toFixed(3)})`,
    caption: 'Share of all income that the poorer share of the miners has; the diagonal is equality.',
    x: 'share of miners',
    y: 'share of income',
    kind: 'line',
    xs: total === 0 ? [] : earned.map((_, i) => (i + 1) / earned.length),
    series: [
      {
        label: 'income',
        ys: earned.map((value) => {
          reached += value
          return reached / total
        })
      },
      { label: 'equality', ys: earned.map((_, i) => (i + 1) / earned.length) }
    ]
  }
}
