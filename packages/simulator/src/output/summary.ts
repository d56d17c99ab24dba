import type { AttackFigures } from '../gossip-attacks/delivery-meter.js'
import type { SimulationResult } from '../records.js'
import { type AssertionOutcome, adversaryAdvantage } from '../run/assertions.js'
import type { RunOutcome } from '../run/run-scenario.js'
import { machineIncomes } from './incomes.js'
import { type Estimate, estimate, gini, quantile, quantileOf } from './statistics.js'

/** What a run comes down to; plain JSON. */
export interface Summary {
  scenario: string
  seed: string
  durationMs: number
  traceHash: string
  events: number
  epochs: number
  /** Commits in a later view than the first: their first leader had failed. */
  epochsInLaterViews: number
  rounds: number
  tasks: SimulationResult['tasks']
  /** Of completed tasks, in virtual ms. */
  firstTokenMs: Quantiles
  taskMs: Quantiles
  gossip: { published: number; expected: number; delivered: number; deliveryRatio: number | null; latencyMs: Quantiles }
  /** What still arrived under an attack on gossip. */
  attack?: AttackFigures
  /** In micro-COR, as decimal text. */
  rewardsTotal: string
  /** Of the machines' incomes. */
  gini: number
  /** Mean income of a machine in micro-COR, by strategy. */
  income: Record<string, Estimate>
  adversaryAdvantage: number
  assertions: AssertionOutcome[]
}

interface Quantiles {
  p50: number | null
  p90: number | null
  p99: number | null
}

const quantiles = (values: readonly number[]): Quantiles => ({
  p50: quantile(values, 0.5),
  p90: quantile(values, 0.9),
  p99: quantile(values, 0.99)
})

export function summarise({ assertions, attack, durationMs, result, scenario }: RunOutcome): Summary {
  const { epochs, gossip, latencies, miners, taskRecords, tasks } = result
  const completed = taskRecords.filter(({ outcome }) => outcome === 'completed')
  const machines = machineIncomes(miners)
  const byStrategy = Map.groupBy(machines, ({ strategy }) => strategy ?? 'honest')
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    durationMs,
    traceHash: result.traceHash,
    events: result.events,
    epochs: epochs.length,
    epochsInLaterViews: epochs.filter(({ commit }) => commit.view > 0).length,
    rounds: result.rounds.length,
    tasks,
    firstTokenMs: quantiles(
      completed.flatMap(({ firstTokenMs, startedMs }) => (firstTokenMs === null ? [] : [firstTokenMs - startedMs]))
    ),
    taskMs: quantiles(completed.map(({ endMs, startedMs }) => endMs - startedMs)),
    gossip: {
      published: gossip.published,
      expected: gossip.expected,
      delivered: gossip.delivered,
      // What was on its way when the counting began, and arrived later, is above what was expected.
      deliveryRatio: gossip.expected === 0 ? null : Math.min(1, gossip.delivered / gossip.expected),
      latencyMs: { p50: quantileOf(latencies, 0.5), p90: quantileOf(latencies, 0.9), p99: quantileOf(latencies, 0.99) }
    },
    ...(attack === undefined ? {} : { attack }),
    rewardsTotal: result.rewardsTotal.toString(),
    gini: gini(machines.map(({ earned }) => earned)),
    income: Object.fromEntries([...byStrategy].map(([name, group]) => [name, estimate(group.map(({ earned }) => earned))])),
    adversaryAdvantage: adversaryAdvantage(miners),
    assertions
  }
}
