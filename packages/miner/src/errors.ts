export type MinerErrorCode =
  /** Only who was drawn to audit an answer is served its transcript, and not without end. */
  | 'MINER_NOT_AUDITOR'
  /** An audit was begun too late to say that nothing was shown. */
  | 'MINER_AUDIT_LATE'
