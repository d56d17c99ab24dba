import type {
  Address,
  BlockRef,
  CidString,
  CommitTotals,
  EpochNumber,
  FalseWindow,
  Funding,
  Hex32,
  ModelId,
  NetworkId,
  NodeId,
  SessionId,
  TaskId,
  TokenAmount,
  UnixMs
} from '@cortensor/interface'
import type { AuditedAnswer, AuditOutcome, NodeHonesty, PendingAudit } from './audit-types.js'
import type { JudgeStanding, OpenPanel, PanelOpinion } from './panel-types.js'
import type { AuthoredRound, Commission, NodeSkill, NodeThroughput, QuizOutcome, TemplateCalibration } from './quiz-types.js'
import type { SectionName } from './sections.js'
import type { AnchoredSession, Settlement } from './settlements.js'

/** A block of gossip envelopes that an oracle holds, by rising SHA-256 of the envelope. */
export interface Bucket {
  version: 1
  items: Uint8Array[]
}

export interface ReportedResult {
  taskId: TaskId
  router: NodeId
  miner: NodeId
  model: ModelId
  transcript: CidString
  promptTokens: number
  completionTokens: number
  /** The session of its header; the open one has none to pay. */
  session: SessionId
  /** What the session is charged, in micro-COR. */
  fee: TokenAmount
}

/** A task that a miner took and left undone; the router's and the miner's signatures are among the observed items. */
export interface ReportedFailure {
  taskId: TaskId
  router: NodeId
  miner: NodeId
}

export interface NodeReward {
  node: NodeId
  operator: Address
  base: TokenAmount
  quiz: TokenAmount
  work: TokenAmount
}

/** Why an item that was observed does not count in a report. */
export type ExclusionReason =
  /** Its form or a signature is bad, or it is of a kind or network that reports are not made of. */
  | 'invalid'
  /** Its last chance was before this epoch. */
  | 'expired'
  /** Its deadline is too far ahead, or its round has not ended. */
  | 'too_early'
  /** An earlier epoch counted it. */
  | 'consumed'
  /** Another item in the same place counts. */
  | 'duplicate'
  /** Its sender is not registered in the role, or its binding is not proved. */
  | 'unknown_node'
  /** Its sender had no right to it: not assigned, not leading, too many tokens, another question than the rules say. */
  | 'not_allowed'
  /** It does not open what was promised before it. */
  | 'mismatch'
  /** What belongs to it was not observed, or does not count. */
  | 'incomplete'
  /** Too few oracles had it in time. */
  | 'late'
  /** The report is full; it waits. */
  | 'over_limit'
  /** A proposal of the epoch before, beside another one of the same oracle in the same view: the two prove a fault. */
  | 'twin'

export interface Exclusion {
  /** The envelope's id. */
  item: string
  reason: ExclusionReason
}

/** What a node can be in the middle of, and then carry through or not: sealing its answers in a round, showing them, a task. */
export type ReputationStage = 'precommit' | 'reveal' | 'task'

/** Reports name a stage by its place here: new ones come last. */
export const REPUTATION_STAGES: readonly ReputationStage[] = ['precommit', 'reveal', 'task']

/** Decayed counts in thousandths. */
export interface StageCount {
  entered: number
  succeeded: number
}

/** What a node has carried through of what it began, as of the epoch that last told something of it. */
export interface NodeReputation {
  node: NodeId
  epoch: EpochNumber
  /** Rounds that it has answered, ever. */
  rounds: number
  stages: Readonly<Partial<Record<ReputationStage, StageCount>>>
}

/** What one epoch hands to the next: a pure function of the reports so far. */
export interface LedgerState {
  /** The epoch whose report holds this state; 0 before the first. */
  epoch: EpochNumber
  /** Its digest; 32 zero bytes before the first. */
  digest: Hex32
  cutoffMs: UnixMs
  /** Node to operator, proved by both signatures in an earlier report or in this one; by node id. */
  bindings: { node: NodeId; operator: Address }[]
  /** By operator, from the first epoch on; by address. */
  cumulative: { operator: Address; amount: TokenAmount }[]
  /** By node id, then category. */
  skills: NodeSkill[]
  /** By node id. */
  reputations: NodeReputation[]
  /** By node id; only of those that got through something. */
  throughputs: NodeThroughput[]
  /** By category, then template; only those that answers told something of. */
  calibrations: TemplateCalibration[]
  /** Keys of reported items that could still be replayed, 64 hex digits each; by expiry, then key. */
  consumed: { key: string; expiryMs: UnixMs }[]
  /** What sessions have spent in all epochs; by session. */
  settlements: Settlement[]
  /** The answers of this epoch, which wait for the draw of their audits: the rows of `results` and `outcomes`, in no section of their own. */
  reported: AuditedAnswer[]
  /** Audits that are not over; by subject, then miner. */
  pending: PendingAudit[]
  /** By node. */
  honesty: NodeHonesty[]
  /** For the next epoch, and for those before it as long as its nodes cool down; by epoch, stage and rank. */
  commissions: Commission[]
  /** The last of them; by epoch, then round. */
  authored: AuthoredRound[]
  /** That are not over; by round. */
  panels: OpenPanel[]
  /** By node; only those that were heard lately. */
  judges: JudgeStanding[]
  /** What costs stake, as in the leaves under `rewardsRoot`, for good; the first of each registration; by operator, then node. */
  slashings: FalseWindow[]
}

/** The registry at the anchor block, without amounts; by operator, then node. */
export interface AnchoredRegistration {
  operator: Address
  node: NodeId
  roles: number
}

/** What rewards are paid from, and by how much they may rise. */
export interface AnchoredFunding extends Funding {
  /** When emission began. */
  genesisMs: UnixMs
}

export interface Anchor {
  block: Pick<BlockRef, 'number' | 'hash'>
  /** The block after the last commit that nobody knew before it, from which audits are drawn; null for the first report. */
  draw: Pick<BlockRef, 'number' | 'hash'> | null
  registrations: AnchoredRegistration[]
  /** Those that the report deals with; by session. */
  sessions: AnchoredSession[]
  funding: AnchoredFunding
}

/** Where the rows of a section are. */
export interface SectionRef {
  rows: number
  /** Of its chunks together. */
  bytes: number
  chunks: CidString[]
}

/** The block that a report's CID names. */
export interface ReportRoot {
  version: 1
  networkId: NetworkId
  config: Hex32
  epoch: EpochNumber
  prev: Hex32
  prevReport: CidString | null
  anchor: Anchor['block']
  draw: Anchor['draw']
  funding: AnchoredFunding
  cutoffMs: UnixMs
  paidMs: number
  excluded: number
  resultsRoot: Hex32
  rewardsRoot: Hex32
  totals: CommitTotals
  sections: Record<SectionName, SectionRef>
}

/** What a committee agrees on for one epoch. Everything after `anchor` follows from what stands before it. */
export interface Report {
  version: 1
  networkId: NetworkId
  config: Hex32
  epoch: EpochNumber
  prev: Hex32
  /** CID of the report before, or null for the first. */
  prevReport: CidString | null
  /** OBSERVE envelopes, by sender. */
  observations: Uint8Array[]
  anchor: Anchor
  /** The span that this epoch pays for. */
  paidMs: number
  results: ReportedResult[]
  outcomes: QuizOutcome[]
  /** Audits that ended in this epoch; by subject, then miner. */
  audits: AuditOutcome[]
  /** Panels that ended in this epoch; by round. */
  opinions: PanelOpinion[]
  /** Tasks that miners took and left undone; by task, then miner. */
  failures: ReportedFailure[]
  rewards: NodeReward[]
  /** Observed items that do not count, the lowest ids of them; by item. */
  exclusions: Exclusion[]
  /** How many there are in all. */
  excluded: number
  resultsRoot: Hex32
  rewardsRoot: Hex32
  totals: CommitTotals
  /** After this epoch; its `digest` is not part of the blocks, because the digest covers them. */
  state: Omit<LedgerState, 'digest'>
}
