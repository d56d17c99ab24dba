/** Timing that every node of a network must share, in ms. Defaults come from the protocol document of this repository. */
export interface Deadlines {
  /** A node says that it lives this often. */
  presenceIntervalMs: number
  /** Without a newer presence a node does not exist after this long. */
  presenceLeaseMs: number
  /** A miner must acknowledge or decline a task by then. */
  taskAckMs: number
  /** Longest time from a task's header to its last token. */
  taskDeadlineMs: number
  /** Longest silence between two tokens of a task before its miner counts as failed. */
  tokenGapMs: number
  /** A round opens this often. */
  quizIntervalMs: number
  /** From a round's opening to the last precommit. */
  quizPrecommitMs: number
  /** From there to the last reveal. */
  quizRevealMs: number
  /** A node that is commissioned to create has so long before the next one's turn. */
  quizCreateMs: number
  /** The same for one that is commissioned to prepare. */
  quizPrepareMs: number
  /** Judges have so long from the cutoff of the report that draws them; what comes later is not heard, and nothing waits for it. */
  quizJudgeMs: number
}

export interface EpochParams {
  /** Elapsed time from one cutoff to the next. */
  epochMs: number
  /** T0: how long view 0 lasts; view v lasts `viewMs * 1.5^v`, at most one epoch. */
  viewMs: number
  /** From one oracle's turn to send the commit to the next one's. */
  transmitDelayMs: number
  /** A commit is made after this long even with nothing to report. */
  heartbeatMs: number
  /** Blocks after which the chain's word is taken as final. */
  confirmationDepth: number
  /** Results may be reported this long after their commit. */
  itemTtlMs: number
  /** Results of one report; the others wait for the next. It bounds the time that making and checking one takes. */
  maxResults: number
}

export interface QuizParams {
  /** Categories in one round, each with `itemsPerCategory` items. */
  categoriesPerRound: number
  itemsPerCategory: number
  /** Longest answer, in tokens. */
  maxAnswerTokens: number
  /** Share of the rounds that measure capability, in basis points; the others measure liveness, and all of the above is theirs. */
  capabilityBps: number
  /** Items of a category in a capability round, so many that most machines are not through in time. */
  capabilityItems: number
  /**
   * Time to answer a capability round: the tokens of all its answers at their longest, at this many a second. Nodes that are through before
   * are all the same to it.
   */
  capabilityTokensPerSecond: number
  /** A round's seed comes from a block that is so many blocks ahead when the round is requested. */
  seedBlocks: number
  /** With more nodes than that, the answerers of a liveness round are drawn: about so many of them. */
  maxAnswerers: number
  /** About so many nodes of a liveness round answer its open challenge, drawn by its seed; 0 for none. */
  openAnswerers: number
  /** Nodes that are drawn for each epoch to create open challenges, and as many to prepare them; 0 for the catalogue's alone. */
  authorSeats: number
  /** For so many epochs after it was drawn a node is not drawn again. */
  authorCoolDownEpochs: number
  /** Judges of an open challenge, of models that have earned a weight; 0 for no panels. */
  judgeSeats: number
  /** Nodes that are tried as judges with each liveness round; 0 for none. */
  trialSeats: number
}

export interface RewardParams {
  /** Emission in micro-COR a second; at most four fifths of the contract's cap, so that clocks may differ a little. */
  microPerSecond: bigint
  /** Elapsed time that one epoch can pay for, in ms: a network that slept does not pay its sleep to whoever wakes first. */
  maxPaidMs: number
  /** Shares of the emission in basis points; they add up to 10,000. Work is paid by sessions. */
  baseBps: number
  quizBps: number
  /** An operator's nodes together have no more of the base pot than so many nodes. */
  maxBaseNodesPerOperator: number
  /** Shares of what sessions pay for work, in basis points; they add up to 10,000. */
  minerFeeBps: number
  auditorFeeBps: number
  oracleFeeBps: number
  routerFeeBps: number
  /** Share of the presence slots that must have been seen to count as live, in basis points. */
  minUptimeBps: number
}

export interface AuditParams {
  /** Auditors of an answer that is drawn; 0 for a network without audits. A dispute draws three more. */
  auditors: number
  /** Smallest share of a miner's answers that is drawn, in basis points. */
  minRateBps: number
  /** With so many tokens found valid, half of a miner's answers are drawn; with more, fewer. */
  trustTokens: number
  /** Share of a miner's rounds that it may spoil on purpose, for auditors to find, in basis points. */
  plantBps: number
  /**
   * Whether routers ask for canonical windows, and a dispute that finds one false to the last bit costs a miner half of its stake. Answers
   * take longer to compute: each window is computed twice, the second time alone.
   */
  exactWindows: boolean
  /** From the cutoff of an epoch: until then votes on its answers count, in ms. Promises are made in its first half. */
  windowMs: number
}

/** What a whole network agrees on, besides its chain and its contracts. */
export interface NetworkParams {
  deadlines: Deadlines
  epoch: EpochParams
  quiz: QuizParams
  audit: AuditParams
  reward: RewardParams
}
