import type { AgreementVerdict, CidString, EpochNumber, Hex32, ModelId, NodeId, RoundId } from '@cortensor/interface'
import type { QuizCategory, Theme } from '../../quiz/v1/types.js'

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
