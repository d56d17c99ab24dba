import { TOPIC_LIMITS } from '../../common/v1/limits.js'

/** 32,768 tokens of English at four bytes each; a transcript of it stays below its own limit. */
export const MAX_INFER_PAYLOAD_BYTES = 131_072
/** Turns of one conversation. */
export const MAX_MESSAGES = 256
/** As many as OpenAI's API takes. */
export const MAX_STOP_TEXTS = 4
export const MAX_STOP_BYTES = 64
/** In millionths: 2, as in OpenAI's API. */
export const MAX_TEMPERATURE_MICROS = 2_000_000
/** Above the largest vocabulary in use (262,144 tokens), so that it never limits a sampler that is switched on. */
export const MAX_TOP_K = 1_048_576
/** Several tokens may share a frame, and one token is at most a few hundred bytes. */
export const MAX_TOKEN_TEXT_BYTES = 8_192
/** Tokens that one frame may carry. */
export const MAX_TOKENS_PER_FRAME = 1_024
/** Of a decline or a failure: one sentence. */
export const MAX_REASON_MESSAGE_BYTES = 256
/** An envelope of the family `result` with nothing but a task id in it takes some 210 bytes. */
export const MAX_ACKNOWLEDGEMENT_BYTES = 512
/** An error code. */
export const MAX_FAILURE_CODE_BYTES = 64

export interface InferLimits {
  /** Longest request, in bytes. */
  maxRequestBytes: number
  /** Longest single frame of the answer, in bytes. */
  maxFrameBytes: number
}

/** What the handler and the caller of an `infer` stream give to the network; 64 bytes are room for tags, lengths and the salt. */
export const INFER_LIMITS: InferLimits = {
  maxRequestBytes: TOPIC_LIMITS.task.maxBytes + MAX_INFER_PAYLOAD_BYTES + 64,
  maxFrameBytes: MAX_TOKEN_TEXT_BYTES + 64
}
