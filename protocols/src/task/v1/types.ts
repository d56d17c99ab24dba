import type { Hex32, ModelId, NodeId, Privacy, SessionId, UnixMs } from '@cortensor/interface'

export interface TaskHeader {
  sessionId: SessionId
  modelId: ModelId
  decodeSpec: Hex32
  payloadCommitment: Hex32
  assigned: NodeId[]
  redundancy: number
  priceMicroPerKilotoken: number
  maxTokens: number
  deadlineMs: UnixMs
  /** 32 bytes. */
  nonce: Uint8Array
  /** From 1. */
  attempt: number
  /** Who may read the transcript. */
  privacy: Privacy
}
