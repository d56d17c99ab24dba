import type {
  CidString,
  EpochNumber,
  ModelId,
  NodeId,
  RoundId,
  SessionId,
  TaskId,
  TokenAmount,
  UnixMs
} from '@cortensor/interface'
import type { AuditRound, AuditVote } from '../../result/v1/types.js'
import type { ShownAnswers } from './quiz-types.js'

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
