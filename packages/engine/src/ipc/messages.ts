import type {
  ChatMessage,
  DecodeMode,
  EngineModel,
  ErrorObject,
  Evaluation,
  FinishReason,
  GenerateUsage,
  LogitTrace,
  SamplingParams
} from '@cortensor/interface'

export interface ModelToLoad {
  path: string
  /** The SHA-256 that the file must have, or null to take it as it is. */
  sha256: string | null
}

/** Always the first message to the child. */
export interface LoadCommand {
  type: 'load'
  models: ModelToLoad[]
  threads: number | null
  maxThreads: number | null
  sequences: number
  maxContextLength: number
  gpu: 'auto' | false
}

export interface GenerateCommand {
  type: 'generate'
  id: number
  model: string
  messages: ChatMessage[]
  sampling: SamplingParams
  seed: Uint8Array
  decode: DecodeMode
}

export interface EvaluateCommand {
  type: 'evaluate'
  id: number
  model: string
  messages: ChatMessage[]
  sampling: SamplingParams
  decode: Exclude<DecodeMode, 'native'>
  tokenIds: number[]
  /** First position of the trace, and the one after its last. */
  from: number
  to: number
}

export interface EmbedCommand {
  type: 'embed'
  id: number
  model: string
  texts: string[]
}

export interface AbortCommand {
  type: 'abort'
  id: number
}

/** What the parent tells the child. */
export type ParentMessage = LoadCommand | GenerateCommand | EvaluateCommand | EmbedCommand | AbortCommand

export interface ReadyReport {
  type: 'ready'
  fingerprint: string
  models: EngineModel[]
}

/** What the child tells about one request. */
export type JobReport =
  | { type: 'start'; id: number; promptTokenIds: number[] }
  | { type: 'token'; id: number; tokenIds: number[]; text: string }
  | {
      type: 'end'
      id: number
      finishReason: FinishReason
      usage: GenerateUsage
      firstTokenMs: number
      totalMs: number
      trace: LogitTrace | null
    }
  | ({ type: 'evaluated'; id: number } & Evaluation)
  | { type: 'embedded'; id: number; vectors: Float32Array[] }
  | { type: 'failed'; id: number; error: ErrorObject }

/** What the child tells the parent. */
export type ChildMessage =
  /** Names the file that is to blame when the process dies now. */
  { type: 'loading'; path: string } | { type: 'load-failed'; error: ErrorObject } | ReadyReport | JobReport
