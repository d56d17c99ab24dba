import type { Address, AgreementVerdict, CidString, EpochNumber, ModelId, NodeId, RoundId } from '@cortensor/interface'
import type { QuizCategory, RoundLevel } from '../../quiz/v1/types.js'
import type { OutcomeStatus } from '../../report/v1/quiz-types.js'

export interface DatasetAnswer {
  node: NodeId
  /** SHA-256 of the model's file; null where the node named none. */
  model: ModelId | null
  status: OutcomeStatus
  /** Null where nothing was shown. */
  text: string | null
  /** Of an answer to an open challenge: how it stands to those of the others. */
  verdict: 'right' | 'wrong' | 'missing' | AgreementVerdict
  /** Of an answer to an open challenge: what its panel found by a report of this dataset, from -1000 to 1000; null where none did. */
  scoreMilli: number | null
  transcript: CidString | null
  /** Signed messages, as raw blocks. */
  precommits: CidString[]
  reveal: CidString | null
}

/** One question of one round: a line of the dataset. */
export interface DatasetRow {
  round: RoundId
  epoch: EpochNumber
  /** CID of the report that counts the round. */
  report: CidString
  /** The signed message that opened it, as a raw block. */
  opening: CidString
  level: RoundLevel
  /** The question's place among those of its node. */
  item: number
  category: QuizCategory
  template: string
  /** Of an open challenge that nodes have written: which of them; null for one of the catalogue. */
  authors: { creator: NodeId; preparer: NodeId } | null
  question: string
  /** The right answer; null for an open challenge, which has none. */
  answer: string | null
  /** In thousandths of a logit. */
  difficultyMilli: number
  answers: DatasetAnswer[]
  license: string
}

/** The block that a dataset's CID names; everything else in the file hangs on it. */
export interface DatasetRoot {
  version: 1
  /** The network whose rounds they are. */
  chainId: number
  registry: Address
  license: string
  /** The reports that count the rounds, one epoch after another. */
  reports: CidString[]
  rows: number
  /** Raw blocks that are the lines, one after another. */
  lines: CidString[]
  /** Blocks of links to the signed messages. */
  messages: CidString[]
}
