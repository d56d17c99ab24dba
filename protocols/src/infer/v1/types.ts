import type { ChatMessage, CidString, SamplingParams } from '@cortensor/interface'

export interface InferPayload {
  messages: ChatMessage[]
  sampling: SamplingParams
  /** The user's own, unsigned 64-bit. */
  seed: bigint | null
}

export interface InferRequest {
  /** The header's envelope as it was broadcast. */
  header: Uint8Array
  /** An encoded {@link InferPayload}. */
  payload: Uint8Array
  /** 32 bytes. */
  salt: Uint8Array
}

export type DeclineReason =
  | 'busy'
  | 'model_unavailable'
  | 'context_length_exceeded'
  | 'invalid_request'
  | 'not_assigned'
  | 'expired'
  /** The session does not pay for the header. */
  | 'unpaid'

export const DECLINE_REASONS: readonly DeclineReason[] = [
  'busy',
  'model_unavailable',
  'context_length_exceeded',
  'invalid_request',
  'not_assigned',
  'expired',
  'unpaid'
]

/**
 * The miner's answer is a stream of these: queued, accepted when the model begins, then tokens, then end. Instead of `queued` or
 * `accepted` it can be `declined`; `failed` can come at any time.
 */
export type InferFrame =
  | {
      type: 'queued'
      ahead: number
      /** An envelope of the family `result`. */
      acknowledgement: Uint8Array
    }
  | { type: 'accepted'; promptTokens: number; fingerprint: string }
  | { type: 'declined'; reason: DeclineReason; message: string }
  | { type: 'token'; text: string; count: number }
  | {
      type: 'end'
      finishReason: 'stop' | 'length'
      promptTokens: number
      completionTokens: number
      transcript: CidString
      firstTokenMs: number
      totalMs: number
    }
  | { type: 'failed'; code: string; message: string }
