import { CortensorError } from '@cortensor/interface'
import { z } from 'zod'
import type { NetworkParams } from './network-params.js'
import { PUBLIC_PARAMS, SWARM_PARAMS } from './presets.js'

export type ConfigErrorCode = 'CONFIG_INVALID'

export type PresetName = 'public' | 'swarm'

export const PRESETS: Readonly<Record<PresetName, NetworkParams>> = { public: PUBLIC_PARAMS, swarm: SWARM_PARAMS }

/** A day; no deadline of the protocol is longer. */
const MAX_MS = 86_400_000
const ms = z.int().min(1).max(MAX_MS)
const bps = z.int().min(0).max(10_000)
const micro = z.union([z.bigint(), z.int(), z.string().regex(/^\d{1,18}$/)]).transform((value) => BigInt(value))

const paramsSchema = z.strictObject({
  deadlines: z.strictObject({
    presenceIntervalMs: ms,
    presenceLeaseMs: ms,
    taskAckMs: ms,
    taskDeadlineMs: ms,
    tokenGapMs: ms,
    quizIntervalMs: ms,
    quizPrecommitMs: ms,
    quizRevealMs: ms,
    quizCreateMs: ms,
    quizPrepareMs: ms,
    quizJudgeMs: ms
  }),
  epoch: z.strictObject({
    epochMs: ms,
    viewMs: ms,
    transmitDelayMs: ms,
    heartbeatMs: ms,
    confirmationDepth: z.int().min(0).max(1_000),
    itemTtlMs: ms,
    maxResults: z.int().min(1).max(100_000)
  }),
  quiz: z
    .strictObject({
      categoriesPerRound: z.int().min(1).max(9),
      itemsPerCategory: z.int().min(1).max(8),
      maxAnswerTokens: z.int().min(8).max(512),
      capabilityBps: bps,
      capabilityItems: z.int().min(1).max(24),
      capabilityTokensPerSecond: z.int().min(1).max(10_000_000),
      seedBlocks: z.int().min(1).max(100),
      maxAnswerers: z.int().min(1).max(1_000_000),
      openAnswerers: z.int().min(0).max(64),
      authorSeats: z.int().min(0).max(16),
      authorCoolDownEpochs: z.int().min(0).max(64),
      judgeSeats: z.int().min(0).max(16),
      trialSeats: z.int().min(0).max(16)
    })
    // As many items as a message of a round can hold: MAX_ROUND_ITEMS in protocols, which this package is below.
    .refine(
      ({ capabilityItems, categoriesPerRound }) => categoriesPerRound * capabilityItems <= 72,
      'a round has room for 72 items: categoriesPerRound times capabilityItems must not exceed that'
    ),
  audit: z.strictObject({
    auditors: z.int().min(0).max(2),
    minRateBps: bps,
    trustTokens: z.int().min(1).max(1_000_000_000),
    plantBps: bps,
    exactWindows: z.boolean(),
    windowMs: ms
  }),
  reward: z
    .strictObject({
      microPerSecond: micro,
      maxPaidMs: ms,
      baseBps: bps,
      quizBps: bps,
      maxBaseNodesPerOperator: z.int().min(1).max(10_000),
      minerFeeBps: bps,
      auditorFeeBps: bps,
      oracleFeeBps: bps,
      routerFeeBps: bps,
      minUptimeBps: bps
    })
    .refine(
      ({ auditorFeeBps, minerFeeBps, oracleFeeBps, routerFeeBps }) =>
        minerFeeBps + auditorFeeBps + oracleFeeBps + routerFeeBps === 10_000,
      'the four shares of fees must add up to 10000'
    )
    .refine((reward) => reward.baseBps + reward.quizBps === 10_000, 'the two shares must add up to 10000')
})

type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] }

export type NetworkParamsOverrides = DeepPartial<NetworkParams>

/** A preset with single values replaced. Throws `CONFIG_INVALID` naming the first value that does not fit. */
export function resolveParams(preset: PresetName, overrides: NetworkParamsOverrides = {}): NetworkParams {
  const base = PRESETS[preset]
  const result = paramsSchema.safeParse({
    // First, so that a group that does not exist is refused and not forgotten.
    ...overrides,
    deadlines: { ...base.deadlines, ...overrides.deadlines },
    epoch: { ...base.epoch, ...overrides.epoch },
    quiz: { ...base.quiz, ...overrides.quiz },
    audit: { ...base.audit, ...overrides.audit },
    reward: { ...base.reward, ...overrides.reward }
  })
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new CortensorError<ConfigErrorCode>(
      'CONFIG_INVALID',
      `Network parameter ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'invalid'}`
    )
  }
  return result.data
}
