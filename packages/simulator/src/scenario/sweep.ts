import { simulatorError } from '../errors.js'
import { checkScenario } from './parse.js'
import type { Scenario } from './schema.js'

type Value = string | number | boolean

/** One combination of a sweep's values. */
export interface SweepCell {
  /** Values by path. */
  parameters: Readonly<Record<string, Value>>
  /** A scenario for each seed, without a sweep of its own. */
  scenarios: Scenario[]
}

/** More runs than anybody waits for are a slip. */
const MAX_RUNS = 100_000

/**
 * All combinations of a scenario's `sweep.parameters`, each with `sweep.seeds` seeds: the same ones in every cell, so that cells can be
 * compared pair by pair. `raw` is the scenario as it was written, because paths are about that. Throws `SIM_SCENARIO_INVALID`.
 */
export function expandSweep(raw: unknown, source: string): SweepCell[] {
  const scenario = checkScenario(raw, source)
  if (scenario.sweep === undefined) {
    throw simulatorError('SIM_SCENARIO_INVALID', `${source}: has no sweep; add one, or use \`sim run\``)
  }
  const { parameters, seeds } = scenario.sweep
  let cells: Record<string, Value>[] = [{}]
  for (const [path, values] of Object.entries(parameters)) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [path]: value })))
    if (cells.length * seeds > MAX_RUNS) {
      throw simulatorError('SIM_SCENARIO_INVALID', `${source}, sweep: more than ${MAX_RUNS} runs`)
    }
  }
  return cells.map((cell) => ({
    parameters: cell,
    scenarios: Array.from({ length: seeds }, (_, i) => {
      const { sweep: _sweep, ...changed } = structuredClone(raw) as Record<string, unknown>
      changed.seed = seeds === 1 ? scenario.seed : `${scenario.seed}-${i}`
      for (const [path, value] of Object.entries(cell)) {
        assign(changed, path.split('.'), value, source)
      }
      return checkScenario(changed, `${source} with ${JSON.stringify(cell)}`)
    })
  }))
}

const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function assign(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: Value, source: string): void {
  if (key === undefined || key === '' || UNSAFE_KEYS.has(key)) {
    throw simulatorError('SIM_SCENARIO_INVALID', `${source}, sweep.parameters: "${key ?? ''}" is no key`)
  }
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const below = target[key] ?? {}
  if (typeof below !== 'object') {
    throw simulatorError('SIM_SCENARIO_INVALID', `${source}, sweep.parameters: nothing can be put below ${key}`)
  }
  target[key] = below
  assign(below as Record<string, unknown>, rest, value, source)
}
