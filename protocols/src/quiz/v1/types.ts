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

export interface RoundOpen {
  epoch: EpochNumber
  view: number
  prev: Hex32
  index: number
  openedMs: UnixMs
  level: RoundLevel
  categories: QuizCategory[]
  itemsPerCategory: number
  maxAnswerTokens: number
  seedBlock: number
  seedBlockHash: Hex32
  /** Envelopes of TIMEOUTs of `view - 1`, a quorum of them; empty in view 0. */
  timeouts: Uint8Array[]
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

export type QuizMessage =
  | ({ type: 'open' } & RoundOpen)
  | { type: 'precommit'; roundId: RoundId; commitment: Hex32 }
  | ({ type: 'reveal' } & RoundReveal)
