import { describe, expect, it } from 'vitest'
import {
  type CellOfRuns,
  machineIncomes,
  overControl,
  STRATEGIES,
  STRATEGY_NAMES,
  type StrategyName,
  type Summary
} from '../src/index.js'

const STRATEGY = 'adversaries.0.strategy'

/** Runs in which the miners of a strategy have earned so much. */
const cell = (strategy: StrategyName, share: number, incomes: readonly number[]): CellOfRuns => ({
  parameters: { 'adversaries.0.share': share, [STRATEGY]: strategy },
  summaries: incomes.map((mean) => ({ income: { [strategy]: { mean, low: mean, high: mean, count: 3 } } }) as unknown as Summary)
})

describe('income over that of the control', () => {
  const cells = [cell('control', 0.1, [100, 200]), cell('lazy', 0.1, [50, 150]), cell('lazy', 0.3, [1, 1])]

  it('is compared seed by seed, in the cell with the same other parameters', () => {
    const half = (12.706 * Math.sqrt(((50 - 200 / 3) ** 2 + (150 - 400 / 3) ** 2) / 2)) / 150
    expect(overControl(cells[1] as CellOfRuns, cells)).toEqual({
      mean: 200 / 300,
      low: expect.closeTo(2 / 3 - half, 9),
      high: expect.closeTo(2 / 3 + half, 9),
      count: 2
    })
    expect(overControl(cells[0] as CellOfRuns, cells)).toMatchObject({ mean: 1, low: 1, high: 1 })
    expect(overControl(cells[2] as CellOfRuns, cells)).toBeNull()
  })

  it('counts all names of one machine', () => {
    const named = (machine: string, earned: bigint, strategy: string | null = null) => ({ machine, earned, strategy })
    expect(
      machineIncomes([named('miner-0', 3n), named('miner-1', 1n, 'sybil'), named('miner-1', 2n, 'sybil'), named('miner-2', 5n)])
    ).toEqual([
      { strategy: null, earned: 3 },
      { strategy: 'sybil', earned: 3 },
      { strategy: null, earned: 5 }
    ])
  })
})

describe('the strategies', () => {
  it('are more than eighteen of miners, each with its name and its prose', () => {
    const miners = STRATEGY_NAMES.filter((name) => STRATEGIES[name].role === 'miner' && name !== 'control')
    expect(miners.length).toBeGreaterThanOrEqual(18)
    for (const name of STRATEGY_NAMES) {
      expect(STRATEGIES[name].name).toBe(name)
      expect(STRATEGIES[name].prose).toMatch(/^[A-Z].{20,}\.$/)
    }
  })
})
