import { machineIncomes } from '../output/incomes.js'
import { mean } from '../output/statistics.js'
import type { MinerRecord, SimulationResult } from '../records.js'
import type { Scenario } from '../scenario/schema.js'

export interface AssertionOutcome {
  name: string
  holds: boolean
  /** What was asked for, and what there was. */
  expected: number
  actual: number
}

/** Mean income of dishonest machines over that of honest ones; 0 without both. */
export function adversaryAdvantage(miners: readonly MinerRecord[]): number {
  const income = (isHonest: boolean): number[] =>
    machineIncomes(miners)
      .filter(({ strategy }) => (strategy === null) === isHonest)
      .map(({ earned }) => earned)
  const honest = mean(income(true))
  return honest === 0 ? 0 : mean(income(false)) / honest
}

/** What a scenario says about its own end. */
export function checkAssertions(wanted: Scenario['assertions'], result: SimulationResult): AssertionOutcome[] {
  const { completed, failed } = result.tasks
  const over = completed + failed
  const outcomes: AssertionOutcome[] = []
  const atLeast = (name: string, expected: number | undefined, actual: number): void => {
    if (expected !== undefined) {
      outcomes.push({ name, holds: actual >= expected, expected, actual })
    }
  }
  atLeast('minEpochs', wanted.minEpochs, result.epochs.length)
  atLeast('minRounds', wanted.minRounds, result.rounds.length)
  atLeast('minCompletedShare', wanted.minCompletedShare, over === 0 ? 1 : completed / over)
  if (wanted.maxAdversaryAdvantage !== undefined) {
    const actual = adversaryAdvantage(result.miners)
    outcomes.push({
      name: 'maxAdversaryAdvantage',
      holds: actual <= wanted.maxAdversaryAdvantage,
      expected: wanted.maxAdversaryAdvantage,
      actual
    })
  }
  return outcomes
}
