import type { NetworkParams } from './network-params.js'

/** A network on the public internet, on a chain with blocks every few seconds. */
export const PUBLIC_PARAMS: NetworkParams = {
  deadlines: {
    presenceIntervalMs: 15_000,
    presenceLeaseMs: 45_000,
    taskAckMs: 2_000,
    taskDeadlineMs: 120_000,
    tokenGapMs: 15_000,
    quizIntervalMs: 60_000,
    quizPrecommitMs: 10_000,
    quizRevealMs: 5_000,
    quizCreateMs: 5_000,
    quizPrepareMs: 10_000,
    quizJudgeMs: 60_000
  },
  epoch: {
    epochMs: 60_000,
    viewMs: 10_000,
    transmitDelayMs: 36_000,
    heartbeatMs: 600_000,
    confirmationDepth: 2,
    itemTtlMs: 600_000,
    maxResults: 20_000
  },
  quiz: {
    ...{ categoriesPerRound: 3, itemsPerCategory: 2, maxAnswerTokens: 96 },
    ...{ capabilityBps: 5_000, capabilityItems: 24, capabilityTokensPerSecond: 2_400 },
    ...{ seedBlocks: 3, maxAnswerers: 2_000, openAnswerers: 32 },
    ...{ authorSeats: 2, authorCoolDownEpochs: 4 },
    ...{ judgeSeats: 5, trialSeats: 2 }
  },
  audit: { auditors: 2, minRateBps: 500, trustTokens: 2_000, plantBps: 250, exactWindows: false, windowMs: 120_000 },
  reward: {
    microPerSecond: 800_000n,
    maxPaidMs: 600_000,
    baseBps: 3_000,
    quizBps: 7_000,
    maxBaseNodesPerOperator: 10,
    minerFeeBps: 9_000,
    auditorFeeBps: 400,
    oracleFeeBps: 300,
    routerFeeBps: 300,
    minUptimeBps: 9_000
  }
}

/** Everything on one machine, with blocks every second: the same rules, faster. */
export const SWARM_PARAMS: NetworkParams = {
  ...PUBLIC_PARAMS,
  deadlines: {
    presenceIntervalMs: 3_000,
    presenceLeaseMs: 9_000,
    taskAckMs: 2_000,
    taskDeadlineMs: 60_000,
    tokenGapMs: 10_000,
    quizIntervalMs: 15_000,
    quizPrecommitMs: 4_000,
    quizRevealMs: 2_000,
    quizCreateMs: 3_000,
    quizPrepareMs: 3_000,
    quizJudgeMs: 15_000
  },
  epoch: {
    epochMs: 15_000,
    viewMs: 2_000,
    transmitDelayMs: 3_000,
    heartbeatMs: 60_000,
    confirmationDepth: 1,
    itemTtlMs: 120_000,
    maxResults: 20_000
  },
  // Its miners share one machine: more items would keep it busy, and tell nothing more.
  quiz: {
    ...PUBLIC_PARAMS.quiz,
    ...{ capabilityItems: 8, capabilityTokensPerSecond: 1_500 },
    ...{ authorSeats: 1, authorCoolDownEpochs: 1 },
    ...{ judgeSeats: 3, trialSeats: 1 }
  },
  audit: { ...PUBLIC_PARAMS.audit, windowMs: 20_000 }
}
