import type { Committee, UnixMs } from '@cortensor/interface'
import { instanceKey, type LedgerState, quorumOf } from '@cortensor/protocols'
import { scoringError } from '../errors.js'
import { lowerMedian } from '../order.js'
import type { ReportObservation } from './types.js'

/** Throws unless they come from enough members, one each, all of the epoch that follows `state`. */
export function requireQuorum(observations: readonly ReportObservation[], committee: Committee, state: LedgerState): void {
  const needed = quorumOf(committee)
  if (observations.length < needed) {
    const message = `A report needs the observations of ${needed} members, got ${observations.length}`
    throw scoringError('SCORING_TOO_FEW_OBSERVATIONS', message)
  }
  const members = new Set(committee.members.map(({ nodeId }) => nodeId))
  const expected = instanceKey({ config: committee.config, epoch: nextEpoch(state), prev: state.digest })
  for (const { sender, observe } of observations) {
    if (!members.delete(sender)) {
      throw scoringError('SCORING_WRONG_OBSERVATION', `${sender} is no member of the committee, or observed twice`)
    }
    if (instanceKey(observe.instance) !== expected) {
      throw scoringError('SCORING_WRONG_OBSERVATION', `The observation of ${sender} is of another epoch or committee`)
    }
  }
}

export const nextEpoch = (state: LedgerState): LedgerState['epoch'] => (state.epoch + 1) as LedgerState['epoch']

/** The end of the epoch's span. Throws when it would not lie after the last one. */
export function cutoffOf(observations: readonly ReportObservation[], state: LedgerState): UnixMs {
  const cutoffMs = lowerMedian(observations.map(({ observe }) => observe.timeMs))
  if (cutoffMs <= state.cutoffMs) {
    const message = `The observers' median time ${cutoffMs} is not after the last cutoff ${state.cutoffMs}; compare the oracles' clocks`
    throw scoringError('SCORING_CUTOFF_NOT_LATER', message)
  }
  return cutoffMs
}
