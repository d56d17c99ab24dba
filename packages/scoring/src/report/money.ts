import type { NetworkParams } from '@cortensor/config'
import type { Address, CommitteeMember, EpochNumber, NodeId, TokenAmount, UnixMs } from '@cortensor/interface'
import type {
  Anchor,
  AnchoredSession,
  AuditOutcome,
  LedgerState,
  NodeReward,
  NodeSkill,
  NodeThroughput,
  PendingAudit,
  QuizOutcome,
  ReportedResult,
  Settlement
} from '@cortensor/protocols'
import { auditWork, refundFees, withFinal } from '../audit/refund.js'
import { chargeResults, shareFees } from './fees.js'
import type { CountedResult } from './results.js'
import { addRewards, emissionOf, rewardNodes } from './rewards.js'
import { addFees, type CreditedFees, creditFees } from './settlements.js'

/** Oracles' clocks and the chain's may differ; fees keep this much below what the contract's rate allows by then. */
const CLOCK_SLACK_MS = 10_000

export interface MoneyInit {
  params: NetworkParams
  epoch: EpochNumber
  cutoffMs: UnixMs
  paidMs: number
  state: Pick<LedgerState, 'cumulative' | 'settlements'>
  anchor: Pick<Anchor, 'funding' | 'sessions'>
  miners: ReadonlyMap<NodeId, Address>
  routers: ReadonlyMap<NodeId, Address>
  /** The members whose observations the report is made of. */
  oracles: readonly CommitteeMember[]
  /** Up for long enough, and qualified. */
  present: ReadonlySet<NodeId>
  outcomes: readonly QuizOutcome[]
  /** Paid for what its rounds have asked. */
  authors: readonly NodeId[]
  /** What panels add to weights in the quiz pot. */
  panels: ReadonlyMap<NodeId, bigint>
  /** After this epoch. */
  skills: readonly NodeSkill[]
  /** After this epoch. */
  throughputs: readonly NodeThroughput[]
  results: readonly CountedResult[]
  /** That ended in this epoch. */
  audits: readonly AuditOutcome[]
  /** That did not. */
  pending: readonly PendingAudit[]
}

export interface EpochMoney {
  results: ReportedResult[]
  rewards: NodeReward[]
  cumulative: LedgerState['cumulative']
  settlements: Settlement[]
}

const sumOf = (amounts: readonly { amount: TokenAmount }[]): TokenAmount => amounts.reduce((sum, { amount }) => sum + amount, 0n)

/** What of the emission the funding allows, and what becomes of the dues of earlier epochs. */
export interface RewardRoom {
  emission: TokenAmount
  credited: CreditedFees
}

/** The room of rewards: fees that sessions have paid are set aside before the emission, which gets what else the distributor has. */
export function roomOf(
  init: Pick<MoneyInit, 'anchor' | 'audits' | 'cutoffMs' | 'epoch' | 'paidMs' | 'params' | 'state'>
): RewardRoom {
  const { anchor, audits, epoch, params, state } = init
  const { funded, genesisMs, maxRewardPerSecond } = anchor.funding
  const { settlements } = refundFees(state.settlements, audits)
  const dues = { epoch, sessions: anchor.sessions, settlements }
  const before = sumOf(state.cumulative)
  const paidIn = sumOf(creditFees({ ...dues, room: funded - before }).credits)
  const emission = emissionOf(params.reward, init.paidMs, funded - before - paidIn)
  const elapsedMs = Math.max(0, init.cutoffMs - CLOCK_SLACK_MS - genesisMs)
  const cap = (maxRewardPerSecond * BigInt(elapsedMs)) / 1_000n
  const bound = cap < funded ? cap : funded
  return { emission, credited: creditFees({ ...dues, room: bound - before - emission }) }
}

/** Charges the results of an epoch, gives out its emission, and turns the fees that sessions have paid into rewards. */
export function moveMoney(init: MoneyInit): EpochMoney {
  const {
    anchor,
    audits,
    authors,
    epoch,
    miners,
    oracles,
    outcomes,
    paidMs,
    panels,
    params,
    present,
    routers,
    skills,
    state,
    throughputs
  } = init
  const auditors = auditWork(audits)
  const { reward } = params
  const { credited, emission } = roomOf(init)
  const fees = chargeResults(init.results, { epoch, sessions: anchor.sessions, settlements: credited.settlements })
  const results = init.results.map(({ priceMicroPerKilotoken: _price, ...result }, i) => ({ ...result, fee: fees[i] ?? 0n }))
  const bySession = Map.groupBy(
    results.filter(({ fee }) => fee > 0n),
    ({ session }) => session
  )
  const shares = new Map(
    [...bySession].map(([session, own]) => [session, shareFees(own, { reward, miners, routers, oracles, auditors })])
  )
  const rewards = rewardNodes({
    reward,
    paidMs,
    room: emission,
    payable: miners,
    present,
    outcomes,
    authors,
    panels,
    skills,
    throughputs,
    work: credited.rewards
  })
  return {
    results,
    rewards,
    cumulative: addRewards(state.cumulative, rewards),
    settlements: withFinal(
      addFees(credited.settlements, shares),
      params.audit.auditors === 0 ? [] : [...results, ...init.pending]
    )
  }
}

/** Those that an epoch deals with: its results name them, or they owe something. */
export function usedSessions(
  sessions: readonly AnchoredSession[],
  results: readonly CountedResult[],
  settlements: readonly Settlement[]
): AnchoredSession[] {
  const used = new Set([...results, ...settlements.filter(({ dues }) => dues.length > 0)].map(({ session }) => session))
  return sessions.filter(({ session }) => used.has(session))
}
