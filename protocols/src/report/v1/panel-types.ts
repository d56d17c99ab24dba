import type { EpochNumber, Hex32, ModelId, NodeId, RoundId, UnixMs } from '@cortensor/interface'
import type { ShownAnswers } from './quiz-types.js'

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
