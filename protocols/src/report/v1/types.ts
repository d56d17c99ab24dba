import type {
  Address,
  AgreementVerdict,
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
  RoundId,
  SessionId,
  TaskId,
  TokenAmount,
  UnixMs
} from '@cortensor/interface'
import type { QuizCategory, Theme } from '../../quiz/v1/types.js'
import type { AuditRound, AuditVote } from '../../result/v1/types.js'
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

/** Why an answerer's outcome is what it is. */
export type OutcomeStatus =
  | 'scored'
  /** It sealed answers and did not show them. */
  | 'no_reveal'
  /** What it showed is not what it sealed, or it sealed twice. */
  | 'false_reveal'
  /** Its precommit reached an observer in time, and not enough of them. Says nothing of its skill. */
  | 'late'
  /** What it showed answers items that nobody asked. */
  | 'malformed'

export interface CategoryScore {
  category: QuizCategory
  asked: number
  correct: number
  /** What the items were chosen by: the mean of the node's ability in the state that the round built on; 0 for an unknown one. */
  abilityMilli: number
}

/**
 * What a node got through in a capability game: the lengths of the right answers to the items that it answered, in tokens of a byte; answered
 * right or not, and right alone.
 */
export interface Throughput {
  answeredTokens: number
  rightTokens: number
}

/** The evidence behind quiz answers that were shown. */
export interface ShownAnswers {
  transcript: CidString
  /** How many. */
  count: number
  /** What the transcript has to say for it to be of these answers: see `answersDigest`. */
  digest: Hex32
  /** Under which they were sealed; of a plant the hash of a secret. */
  salt: Hex32
}

/** How a node's answer to a round's open challenge stands to those of the others. */
export interface OpenAgreement {
  verdict: AgreementVerdict
  /** To the answer in the middle, in millionths, from 0. */
  similarityMicro: number
}

export interface QuizOutcome {
  roundId: RoundId
  miner: NodeId
  model: ModelId | null
  status: OutcomeStatus
  scores: CategoryScore[]
  /** Null in a liveness round; 0 where nothing was shown in time. */
  throughput: Throughput | null
  /** Null where nothing was shown that counts. */
  shown: ShownAnswers | null
  /** Null where the open challenge was not answered, or there was none for this node. */
  agreement: OpenAgreement | null
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

/** What is known of a node's ability in a category, as of the epoch that last told something of it. */
export interface NodeSkill {
  node: NodeId
  /** The model that was measured, the same in all rows of a node; null until an answer named one. */
  model: ModelId | null
  category: QuizCategory
  /** Mean and standard deviation of the posterior, in thousandths of a logit. */
  meanMilli: number
  sdMilli: number
  epoch: EpochNumber
  /** The mean as it was before `epoch`, 0 when nothing was: what rounds of that epoch chose their items by. */
  priorMilli: number
  /** Items asked so far. */
  items: number
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

/**
 * What a node gets through at one time, as of the epoch of its last capability game: each game moves the two by a quarter of the
 * difference to what it showed, from 0 on. All nodes play at the same moment, so that the names of one machine share what it can do.
 */
export interface NodeThroughput extends Throughput {
  node: NodeId
  epoch: EpochNumber
  /** Capability games that the row is made of, those that it missed included. */
  games: number
}

/** By how much a template of quiz items is harder than its own prior says, in thousandths of a logit. */
export interface TemplateCalibration {
  category: QuizCategory
  template: string
  offsetMilli: number
  sdMilli: number
  /** Answers of nodes that were known well enough to tell something of it. */
  answers: number
}

/**
 * How an auditor voted; `missing` when it did not promise and tell in time, `unproved` when it found an answer valid and cannot show what
 * the model says; `untold` when it promised a vote and did not tell it.
 */
export interface CountedVote {
  auditor: NodeId
  vote: AuditVote | 'missing' | 'unproved' | 'untold'
}

/** A vote of the first round, which a dispute holds against those of the second. */
export interface EarlierVote extends CountedVote {
  sample: Uint8Array
}

/** What an answer was given to: a task of a router, or a round. */
export type AnswerSource =
  | { type: 'task'; router: NodeId; promptTokens: number; completionTokens: number }
  | ({ type: 'quiz' } & Omit<ShownAnswers, 'transcript'>)

/** A reported answer as audits see it. */
export interface AuditedAnswer {
  /** The task or the round. */
  subject: TaskId | RoundId
  miner: NodeId
  model: ModelId
  transcript: CidString
  source: AnswerSource
  /** The open one for a round. */
  session: SessionId
  /** What the session is charged, in micro-COR. */
  fee: TokenAmount
}

/** An answer whose audit is not over. */
export interface PendingAudit extends AuditedAnswer {
  /** The epoch that reported it. */
  epoch: EpochNumber
  round: AuditRound
  /** Of this round; empty while a dispute waits for its draw. */
  auditors: NodeId[]
  /** Cutoff of the epoch whose randomness drew them; 0 before. */
  drawnMs: UnixMs
  /** In a dispute: its miner has shown that it had spoilt the answer on purpose. */
  isPlanted: boolean
  /** Of the first round, in a dispute. */
  earlier: EarlierVote[]
}

/**
 * `valid` and `unaudited` are paid: nobody voted in the latter. `inconclusive` neither pays nor counts against the miner; `invalid` does
 * count, and so does `withheld`, though less: nobody could look.
 */
export type AuditVerdict = 'valid' | 'invalid' | 'inconclusive' | 'unaudited' | 'withheld'

/** How the audit of an answer ended. */
export interface AuditOutcome {
  /** The task or the round. */
  subject: TaskId | RoundId
  type: AnswerSource['type']
  miner: NodeId
  session: SessionId
  /** What its session was charged. */
  fee: TokenAmount
  /** For how many tokens the answer counts in favour of its miner when it is valid: see `judgeAudits` in `scoring`. */
  tokens: number
  verdict: AuditVerdict
  /** Its miner had spoilt it on purpose: `invalid` is right, and says something of auditors alone. */
  isPlanted: boolean
  /** The first false window that an auditor of the winning side names. */
  window: number | null
  /** A dispute upheld that this window has other logits to the last bit: its miner loses stake. */
  isExact: boolean
  /** Of both rounds. */
  votes: CountedVote[]
}

/** What the audits so far say about a node, as an auditor or as who is audited. */
export interface NodeHonesty {
  node: NodeId
  /** Audits that said something. */
  checks: number
  contradictions: number
  /** Tokens of answers that audits found valid; a quiz answer counts as the shortest answer that proves a model. */
  verifiedTokens: number
  /** What a bet of a million against the node is worth now; see the sequential test in `scoring`. */
  evidence: bigint
  /** Answers that it has spoilt to see whether auditors look. */
  plants: number
  /** It found a plant valid, and audits no more. Stays so. */
  isUnseated: boolean
  /** Stays so. */
  isEjected: boolean
}

/** What a node is commissioned for: to say what open challenges are about, or to make them of what another one has said. */
export type AuthorStage = 'create' | 'prepare'

/** Reports name a stage by its place here: new ones come last. */
export const AUTHOR_STAGES: readonly AuthorStage[] = ['create', 'prepare']

/** Who is drawn to write for the rounds of an epoch, and whose turn is after whose. */
export interface Commission {
  epoch: EpochNumber
  stage: AuthorStage
  /** From 0; the next one acts when those before it were silent. */
  rank: number
  node: NodeId
}

/** A round that asked what nodes have written. */
export interface AuthoredRound extends Theme {
  /** That counted the round. */
  epoch: EpochNumber
  roundId: RoundId
  creator: NodeId
  preparer: NodeId
  /** It was answered, and its authors are paid for it. */
  isAccepted: boolean
}

/** An answer to an open challenge that judges compare with others, and who gave it. */
export interface JudgedAnswer {
  text: string
  /** Equal texts are one answer; by node id. */
  nodes: NodeId[]
}

/** A round whose open challenge judges are asked about, and nodes that are tried as judges with it. */
export interface OpenPanel {
  roundId: RoundId
  /** That counted the round. */
  epoch: EpochNumber
  /** Its cutoff: ballots have their time from here. */
  drawnMs: UnixMs
  /** Of the round, from which the pairs follow by which judges are measured. */
  seed: Hex32
  /** Empty where nobody is asked about it. */
  question: string
  answers: JudgedAnswer[]
  /** Whose models have earned a weight, in the order of their lots. */
  judges: NodeId[]
  /** Whose models have not, or not yet: they are measured, and asked nothing else. */
  tried: NodeId[]
}

/** `malformed`: it has not as many replies as were asked for. */
export type BallotStatus = 'counted' | 'silent' | 'late' | 'malformed'

/** What came of a judge's ballot. */
export interface CountedBallot {
  node: NodeId
  /** Asked about the answers too, and not only measured. */
  isSeated: boolean
  status: BallotStatus
  /** Null where nothing counts. */
  model: ModelId | null
  /** Pairs of which a program knows the better answer and the judge chose it in both orders. */
  right: number
  /** Pairs of which it said another thing in another order. */
  turned: number
  /** Null where nothing counts. */
  shown: ShownAnswers | null
}

/** How a panel ended. */
export interface PanelOpinion {
  roundId: RoundId
  /** What each answer is worth to the median of judges, from -1000 to 1000; null where too few judges have a weight and an opinion. */
  answers: { nodes: NodeId[]; scoreMilli: number | null }[]
  ballots: CountedBallot[]
}

/** What a node has shown as a judge, with one model and one rubric, on pairs of which a program knows the better answer. */
export interface JudgeStanding {
  node: NodeId
  model: ModelId
  /** Version of the rubric. */
  rubric: number
  /** Of its last ballot. */
  epoch: EpochNumber
  asked: number
  right: number
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
