import { CortensorError } from '@cortensor/interface'

export type ScoringErrorCode =
  /** Less observations than the committee's quorum. */
  | 'SCORING_TOO_FEW_OBSERVATIONS'
  /** An observation of a stranger, of another instance, or a second one of the same member. */
  | 'SCORING_WRONG_OBSERVATION'
  /** The observers' clocks lie behind the last epoch's cutoff. */
  | 'SCORING_CUTOFF_NOT_LATER'
  /** An observation or bucket that is not what it claims to be. */
  | 'SCORING_BAD_EVIDENCE'
  /** A reward that differs from what the report's own terms give. */
  | 'SCORING_REWARD_UNEXPLAINED'
  /** A skill or a score that differs from what the report's own evidence gives. */
  | 'SCORING_LEVEL_UNEXPLAINED'

export function scoringError(code: ScoringErrorCode, message: string, cause?: unknown): CortensorError<ScoringErrorCode> {
  return new CortensorError(code, message, cause === undefined ? {} : { cause })
}
