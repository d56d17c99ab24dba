import type { CidString, EpochNumber, Hex32, ModelId, RoundId, UnixMs } from '@cortensor/interface'

export type QuizCategory =
  | 'arithmetic'
  | 'compare'
  | 'logic'
  | 'sequences'
  | 'strings'
  | 'units'
  | 'calendar'
  | 'facts'
  | 'text'
  | 'extraction'
  | 'transformation'
  | 'format'

/** Reports name a category by its place here: new ones come last. */
export const QUIZ_CATEGORIES: readonly QuizCategory[] = [
  'arithmetic',
  'compare',
  'logic',
  'sequences',
  'strings',
  'units',
  'calendar',
  'facts',
  'text',
  'extraction',
  'transformation',
  'format'
]

/** What a round is about: 1, liveness, is short and easy; 2, capability, is harder and has more items than time. */
export type RoundLevel = 1 | 2

export const ROUND_LEVELS: readonly RoundLevel[] = [1, 2]

/** Where a round stands in the sequence of rounds. */
export interface RoundPlace {
  epoch: EpochNumber
  view: number
  prev: Hex32
  index: number
}

/** Said before the block is there that the round's seed comes from. */
export interface RoundRequest extends RoundPlace {
  seedBlock: number
}

export interface RoundOpen extends RoundPlace {
  openedMs: UnixMs
  level: RoundLevel
  categories: QuizCategory[]
  itemsPerCategory: number
  maxAnswerTokens: number
  seedBlock: number
  seedBlockHash: Hex32
  /** Envelopes of TIMEOUTs of `view - 1`, a quorum of them; empty in view 0. */
  timeouts: Uint8Array[]
  /** How many nodes the state that `prev` is the digest of knows; above a published number who answers is drawn. */
  nodes: number
  /** Envelopes of a `create` and of the `prepare` that is about it; empty where the catalogue's topics are asked about. */
  authored: Uint8Array[]
}

/** What an open challenge is about. */
export interface Theme {
  category: QuizCategory
  topic: string
  subTopic: string
}

/** What a node proposes that was commissioned to create. */
export interface CreatedTheme extends Theme {
  /** The epoch whose rounds may ask about it. */
  epoch: EpochNumber
  /** Digest of the epoch before. */
  prev: Hex32
}

/** What a node makes of a theme that was commissioned to prepare. */
export interface PreparedQuestions {
  /** Id of the theme's envelope. */
  theme: string
  questions: string[]
}

export interface RoundAnswer {
  item: number
  text: string
}

export interface RoundReveal {
  roundId: RoundId
  /** 32 bytes. */
  salt: Uint8Array
  modelId: ModelId
  transcript: CidString
  answers: RoundAnswer[]
}

/** What a judge's model said of pairs of answers. */
export interface RoundBallot {
  roundId: RoundId
  /** 32 bytes. */
  salt: Uint8Array
  modelId: ModelId
  transcript: CidString
  /** To each pair in both orders, one after the other. */
  replies: string[]
}

export type QuizMessage =
  | ({ type: 'request' } & RoundRequest)
  | ({ type: 'open' } & RoundOpen)
  | { type: 'precommit'; roundId: RoundId; commitment: Hex32 }
  | ({ type: 'reveal' } & RoundReveal)
  | ({ type: 'create' } & CreatedTheme)
  | ({ type: 'prepare' } & PreparedQuestions)
  | ({ type: 'ballot' } & RoundBallot)
