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

export interface GenerateSpec {
  model: ModelId
  messages: readonly ChatMessage[]
  sampling: SamplingParams
  /** Any number of bytes; equal seeds give equal answers on the same engine. */
  seed: Uint8Array
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
  | { type: 'end'; finishReason: FinishReason; usage: GenerateUsage; timings: GenerateTimings }

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
