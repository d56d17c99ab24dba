import type {
  ChatMessage,
  FinishReason,
  GenerateUsage,
  ModelId,
  NetworkId,
  NodeId,
  RoundId,
  SamplingParams,
  TaskId
} from '@cortensor/interface'

/** One run of a model: what went in and what came out. */
export interface Generation {
  messages: ChatMessage[]
  sampling: SamplingParams
  /** 32 bytes. */
  seed: Uint8Array
  promptTokenIds: number[]
  tokenIds: number[]
  text: string
  finishReason: FinishReason
  usage: GenerateUsage
}

/** What a miner stores for a task or a quiz round; its CID is what it commits to. */
export interface Transcript {
  version: 1
  networkId: NetworkId
  subject: { type: 'task'; taskId: TaskId } | { type: 'quiz'; roundId: RoundId }
  miner: NodeId
  model: ModelId
  fingerprint: string
  /** One for a task, one an item for a round. */
  generations: Generation[]
}
