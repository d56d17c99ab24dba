import { REPUTATION_STAGES, type ReputationStage, type StageCount } from '@cortensor/protocols'
import { weightOf } from '../skill/fixed-point.js'

/** A node's record by stage, as of an epoch. */
export interface Reputation {
  epoch: number
  stages: Readonly<Partial<Record<ReputationStage, StageCount>>>
}

/** What one epoch saw of a node. */
export interface StageEvent {
  stage: ReputationStage
  succeeded: boolean
  /** In thousandths of an event. @default 1000 */
  weightMilli?: number
}

const EVENT = 1_000

/** Four hours of epochs of a minute: a bad day is forgiven, a bad hour is not forgotten at once. */
export const HALF_LIFE_EPOCHS = 240
/** ln 2, where 2^24 is one. */
const LN2 = 11_629_080

const faded = (count: number, epochs: number): number =>
  Math.floor((count * weightOf(Math.floor((LN2 * epochs) / HALF_LIFE_EPOCHS))) / 2 ** 30)

export const newReputation = (epoch: number): Reputation => ({ epoch, stages: {} })

/** The record as of a later epoch. What has faded below a thousandth is left out. */
export function decayed(reputation: Reputation, epoch: number): Reputation {
  const epochs = Math.max(0, epoch - reputation.epoch)
  const stages: Partial<Record<ReputationStage, StageCount>> = {}
  for (const stage of REPUTATION_STAGES) {
    const count = reputation.stages[stage]
    const entered = faded(count?.entered ?? 0, epochs)
    if (count !== undefined && entered > 0) {
      stages[stage] = { entered, succeeded: Math.min(entered, faded(count.succeeded, epochs)) }
    }
  }
  return { epoch: Math.max(epoch, reputation.epoch), stages }
}

/** Takes in what an epoch saw; its events count in full. */
export function recorded(reputation: Reputation, epoch: number, events: readonly StageEvent[]): Reputation {
  const before = decayed(reputation, epoch)
  const stages: Partial<Record<ReputationStage, StageCount>> = { ...before.stages }
  for (const { stage, succeeded, weightMilli = EVENT } of events) {
    const count = stages[stage] ?? { entered: 0, succeeded: 0 }
    stages[stage] = { entered: count.entered + weightMilli, succeeded: count.succeeded + (succeeded ? weightMilli : 0) }
  }
  return { epoch: before.epoch, stages }
}

/** Points and misses over all stages, in thousandths. */
export function pointsOf({ stages }: Reputation): { points: number; misses: number } {
  const counts = Object.values(stages)
  const points = counts.reduce((sum, { succeeded }) => sum + succeeded, 0)
  return { points, misses: counts.reduce((sum, { entered }) => sum + entered, 0) - points }
}
