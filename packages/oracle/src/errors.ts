export type OracleErrorCode =
  /** The committee on the chain does not list this node with this operator. */
  | 'ORACLE_NOT_MEMBER'
  /** The signing record forbids this signature. */
  | 'ORACLE_ALREADY_SIGNED'
  /** The chain's RPC has not caught up with what the others see. */
  | 'ORACLE_CHAIN_BEHIND'
  /** The report of the last commit could not be fetched from any oracle. */
  | 'ORACLE_REPORT_UNAVAILABLE'
