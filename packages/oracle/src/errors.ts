export type OracleErrorCode =
  /** The committee on the chain does not list this node with this operator. */
  | 'ORACLE_NOT_MEMBER'
  /** The signing record forbids this signature. */
  | 'ORACLE_ALREADY_SIGNED'
  /** The chain's RPC has not caught up with what the others see. */
  | 'ORACLE_CHAIN_BEHIND'
  /** The report of the last commit could not be fetched from any oracle. */
  | 'ORACLE_REPORT_UNAVAILABLE'
  /** The signing record is missing words of this epoch, so that nothing is signed before a later one. */
  | 'ORACLE_NOT_SIGNING_YET'
  /** The signing record on disk is damaged. */
  | 'ORACLE_RECORD_UNREADABLE'
  /** What should be exported or imported is no proper signing record of this node. */
  | 'ORACLE_RECORD_INVALID'
