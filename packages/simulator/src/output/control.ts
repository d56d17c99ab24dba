import { STRATEGY_NAMES, type StrategyName } from '../adversaries/strategies.js'
import type { SweepCell } from '../scenario/sweep.js'
import { type Estimate, ratioEstimate } from './statistics.js'
import type { Summary } from './summary.js'

export interface CellOfRuns {
  parameters: SweepCell['parameters']
  /** One for each seed, in the order of the seeds. */
  summaries: readonly Summary[]
}

const CONTROL: StrategyName = 'control'
const PATH = /^adversaries\.\d+\.strategy$/

const isStrategy = (name: unknown): name is StrategyName => STRATEGY_NAMES.includes(name as StrategyName)

/**
 * What a machine earns by a strategy, over what the same machines earn by honest work in the same seeds: the ratio of the sums, with runs paired by seed.
 * Above 1, the strategy pays. Null for cells that have no strategy of their own, or no cell of the control beside them.
 */
export function overControl(cell: CellOfRuns, cells: readonly CellOfRuns[]): Estimate | null {
  const path = Object.keys(cell.parameters).find((name) => PATH.test(name))
  const name = path === undefined ? undefined : cell.parameters[path]
  if (path === undefined || !isStrategy(name)) {
    return null
  }
  const wanted = { ...cell.parameters, [path]: CONTROL }
  const control = cells.find(({ parameters }) => isSame(parameters, wanted))
  if (control === undefined) {
    return null
  }
  const pairs = cell.summaries.flatMap(({ income }, seed) => {
    const earned = income[name]?.mean
    const honest = control.summaries[seed]?.income[CONTROL]?.mean
    return earned === undefined || honest === undefined ? [] : [[earned, honest] as const]
  })
  return ratioEstimate(pairs)
}

const isSame = (a: SweepCell['parameters'], b: SweepCell['parameters']): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([path, value]) => b[path] === value)
