import type { AuditVote } from './types.js'

export const AUDIT_VOTES: readonly AuditVote[] = ['valid', 'invalid', 'inconclusive', 'unsupported', 'withheld', 'strict']

/** Whether a vote says that the answer was looked at and is false; votes that were never told say nothing. */
export const isFoundFalse = (vote: string): boolean => vote === 'invalid' || vote === 'strict'

/** Positions of an answer whose logits an auditor shows, and how many of each. */
export const AUDIT_POSITIONS = 4
export const AUDIT_RANKS = 8
/** One 32-bit float each. */
export const MAX_AUDIT_SAMPLE_BYTES = AUDIT_POSITIONS * AUDIT_RANKS * 4
