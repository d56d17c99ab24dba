import type { ModelId } from '../ids.js'
import type { AbortOptions, Startable } from '../startable.js'

export type ChatRole = 'system' | 'user' | 'assistant'

export interface ChatMessage {
  role: ChatRole
  content: string
}

/** How the tokens of an answer are chosen. */
export interface SamplingParams {
  /** At most this many tokens are generated. */
  maxTokens: number
  /** 0 is greedy. */
  temperature: number
  /** Nucleus, in (0, 1]. */
  topP: number
  /** 0 switches it off. */
  topK: number
  /** In [0, 1); 0 switches it off. */
  minP: number
  /** Generation ends before the first of these; it is not part of the answer. */
  stop: readonly string[]
}

/**
 * Who draws the tokens, and from what. `verifiable`: our own sampler, whose choice anybody can repeat from the logits and the seed.
 * `canonical`: the same, and every window is evaluated once more as one chunk, so that it can be repeated bit for bit. `native`: the
 * engine's sampler.
 */
export type DecodeMode = 'verifiable' | 'canonical' | 'native'

export interface GenerateSpec {
  model: ModelId
  messages: readonly ChatMessage[]
  sampling: SamplingParams
  /** Any number of bytes; equal seeds give equal answers on the same engine. */
  seed: Uint8Array
  /** @default 'verifiable' */
  decode?: DecodeMode | undefined
}

/** The most likely next tokens at consecutive positions of an answer. */
export interface LogitTrace {
  /** Entries of one position. */
  top: number
  /** Token ids, `top` for each position: by falling logit, equal ones by rising id. Padded with -1 where a vocabulary has fewer. */
  ids: Int32Array
  /** Their raw logits; 0 for padding. */
  logits: Float32Array
}

/** How an answer of given tokens ends; `tokens` are those up to there. Only `open` leaves the end to somebody else. */
export interface AnswerEnding {
  type: 'eog' | 'stop' | 'limit' | 'open'
  tokens: number
}

/** What a model makes of an answer that somebody gave. */
export interface Evaluation {
  promptTokenIds: number[]
  /** More entries than a generation chooses from. Covers the positions that were asked for. */
  trace: LogitTrace
  /** The text that the tokens stand for, up to the ending. */
  text: string
  ending: AnswerEnding
}

export interface EvaluateOptions extends AbortOptions {
  /** First position of the trace. @default 0 */
  from?: number | undefined
  /** Position after the last one. @default all */
  to?: number | undefined
}

export type FinishReason = 'stop' | 'length' | 'cancelled'

export interface GenerateUsage {
  promptTokens: number
  completionTokens: number
}

export interface GenerateTimings {
  /** From the request's start of evaluation (queueing excluded) to the first token, in ms. */
  firstTokenMs: number
  /** From the start of evaluation to the end, in ms. */
  totalMs: number
  /** Time spent waiting for a free sequence, in ms. */
  queueMs: number
}

export type GenerateEvent =
  /** The prompt was accepted and its tokens are counted; always first. */
  | { type: 'start'; promptTokenIds: number[] }
  /** `text` may be empty while a multi-byte character is incomplete. */
  | { type: 'token'; tokenIds: number[]; text: string }
  /** Always last, unless the iteration throws. */
  | {
      type: 'end'
      finishReason: FinishReason
      usage: GenerateUsage
      timings: GenerateTimings
      /** Of all tokens; null with the engine's own sampler. */
      trace: LogitTrace | null
    }

export interface EngineModel {
  id: ModelId
  /** File name without `.gguf`. */
  name: string
  kind: 'chat' | 'embedding'
  /** As named by the GGUF file, e.g. `F16`, `Q8_0`. */
  quantisation: string
  /** Longest prompt plus answer, in tokens. */
  contextLength: number
  sizeBytes: number
}

export interface EngineStatus {
  /** What computes: engine and its version, backend, CPU variant; equal fingerprints give comparable logits. */
  fingerprint: string
  /** Sequences that can start at once. */
  freeSlots: number
  totalSlots: number
  /** Requests that wait for a slot. */
  queueLength: number
}

/**
 * Local inference. Errors thrown have codes of `EngineErrorCode`.
 */
export interface InferenceEngine extends Startable {
  models(): Promise<EngineModel[]>
  status(): Promise<EngineStatus>
  /** Ending the iteration early, or aborting, stops the generation within one token. */
  generate(spec: GenerateSpec, options?: AbortOptions): AsyncIterable<GenerateEvent>
  /**
   * Reads an answer instead of writing it: one pass over prompt and tokens, which must fit the context. In canonical mode in the chunks
   * of that mode. Token ids that the model does not have are refused with `ENGINE_INVALID_REQUEST`.
   */
  evaluate(spec: GenerateSpec, tokenIds: readonly number[], options?: EvaluateOptions): Promise<Evaluation>
  /** One vector per text, L2-normalised. */
  embed(model: ModelId, texts: readonly string[], options?: AbortOptions): Promise<Float32Array[]>
}

export type EngineErrorCode =
  | 'ENGINE_NOT_STARTED'
  | 'ENGINE_MODEL_UNKNOWN'
  | 'ENGINE_MODEL_MISSING'
  | 'ENGINE_MODEL_CORRUPT'
  | 'ENGINE_WRONG_KIND'
  | 'ENGINE_CONTEXT_EXCEEDED'
  | 'ENGINE_INVALID_REQUEST'
  | 'ENGINE_QUEUE_FULL'
  | 'ENGINE_CRASHED'
