import type {
  ChatMessage,
  FinishReason,
  GenerateTimings,
  GenerateUsage,
  Hex32,
  ModelId,
  NetworkId,
  NodeId,
  RoundId,
  SamplingParams,
  TaskId
} from '@cortensor/interface'
import type { Window } from './windows.js'

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
  /** In whole ms. */
  timings: GenerateTimings
  /** One for every 32 tokens; none when the engine's own sampler drew them. */
  windows: Window[]
}

/** What binds an answer to the task that its router gave: from it follow the task's id, its prompt's commitment and its seed. */
export interface TaskAssignment {
  router: NodeId
  /** The encoded header. */
  header: Uint8Array
  /** 32 bytes; opens the header's commitment to the payload. */
  salt: Uint8Array
  /** The user's own seed, unsigned 64-bit. */
  userSeed: bigint | null
}

/** What hides the body of a private answer from those who have only its block. */
export interface Sealing {
  /** The task's salt, sealed to the miner itself: wherever it has the block, it can hand out what opens it. 72 bytes. */
  keyBox: Uint8Array
  /** Prompt, answer, seed and windows, sealed with a key that follows from the salt. */
  body: Uint8Array
}

/** What a miner stores for a task or a quiz round; its CID is what it commits to. */
export interface Transcript {
  version: 1
  networkId: NetworkId
  subject: { type: 'task'; taskId: TaskId; assignment: TaskAssignment } | { type: 'quiz'; roundId: RoundId }
  miner: NodeId
  model: ModelId
  /** What computed: engine, its version, backend and kernels. */
  fingerprint: string
  /** How the tokens were drawn. */
  decodeSpec: Hex32
  /** One for a task, one an item for a round. */
  generations: Generation[]
  /** How it is stored, of a private task; absent of all others. */
  sealing?: Sealing
  /** The miner's, over everything else that is stored; 64 bytes. */
  signature: Uint8Array
}

/** The transcript of a private task as everybody can read it. */
export interface SealedTranscript extends Pick<Generation, 'finishReason' | 'usage' | 'timings'> {
  version: 1
  networkId: NetworkId
  subject: { type: 'task'; taskId: TaskId; assignment: Pick<TaskAssignment, 'router' | 'header'> }
  miner: NodeId
  model: ModelId
  fingerprint: string
  decodeSpec: Hex32
  /** Over leaves that nobody can guess who has not the salt; 32 bytes. */
  windowsRoot: Uint8Array
  sealing: Sealing
  signature: Uint8Array
}

export type StoredTranscript = Transcript | SealedTranscript
