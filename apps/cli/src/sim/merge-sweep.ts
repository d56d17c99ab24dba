import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AttackFigures,
  type Delivery,
  type Estimate,
  estimate,
  overControl,
  type Summary,
  type SweepCell
} from '@cortensor/simulator'

/** Where in a sweep a run belongs; it lies in the run's folder. */
export interface SweepPlace {
  cell: number
  /** Number of its seed within the cell. */
  seed: number
  parameters: SweepCell['parameters']
}

export interface SweepRun extends SweepPlace {
  summary: Summary
}

export interface MergedCell {
  parameters: SweepCell['parameters']
  runs: number
  epochs: Estimate
  completedShare: Estimate
  adversaryAdvantage: Estimate
  assertionsHold: boolean
  incomeOverControl: Estimate | null
  /** Of runs under an attack on gossip, by whom is looked at. */
  attack?: Record<Exclude<keyof AttackFigures, 'swallowed'>, MergedDelivery> & { swallowed: Estimate }
}

interface MergedDelivery {
  ratio: Estimate
  p50: Estimate
  p99: Estimate
}

const mergeDelivery = (all: readonly Delivery[]): MergedDelivery => {
  const of = (read: (delivery: Delivery) => number | null): Estimate => estimate(all.flatMap((delivery) => read(delivery) ?? []))
  return { ratio: of(({ ratio }) => ratio), p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99) }
}

const PLACE_FILE = 'cell.json'

export const writePlace = (folder: string, place: SweepPlace): void =>
  writeFileSync(join(folder, PLACE_FILE), `${JSON.stringify(place)}\n`)

/** Null for a run that belongs to no sweep. */
export function readPlace(folder: string): SweepPlace | null {
  const file = join(folder, PLACE_FILE)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SweepPlace) : null
}

/** Means over the seeds of each cell, with 95 % intervals, in the order of the cells; also written as `sweep.json`. */
export function mergeSweep(folder: string, runs: readonly SweepRun[]): MergedCell[] {
  const cells = [...Map.groupBy(runs, ({ cell }) => cell)]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => ({
      parameters: group[0]?.parameters ?? {},
      summaries: group.toSorted((a, b) => a.seed - b.seed).map(({ summary }) => summary)
    }))
  const merged = cells.map((cell): MergedCell => {
    const { parameters, summaries } = cell
    const attacks = summaries.flatMap(({ attack }) => attack ?? [])
    return {
      parameters,
      runs: summaries.length,
      epochs: estimate(summaries.map(({ epochs }) => epochs)),
      completedShare: estimate(summaries.map(({ tasks }) => tasks.completed / Math.max(1, tasks.completed + tasks.failed))),
      adversaryAdvantage: estimate(summaries.map(({ adversaryAdvantage }) => adversaryAdvantage)),
      assertionsHold: summaries.every(({ assertions }) => assertions.every(({ holds }) => holds)),
      incomeOverControl: overControl(cell, cells),
      ...(attacks.length === 0
        ? {}
        : {
            attack: {
              network: mergeDelivery(attacks.map(({ network }) => network)),
              heardByTarget: mergeDelivery(attacks.map(({ heardByTarget }) => heardByTarget)),
              heardOfTarget: mergeDelivery(attacks.map(({ heardOfTarget }) => heardOfTarget)),
              swallowed: estimate(attacks.map(({ swallowed }) => swallowed))
            }
          })
    }
  })
  writeFileSync(join(folder, 'sweep.json'), `${JSON.stringify(merged, null, 2)}\n`)
  return merged
}
