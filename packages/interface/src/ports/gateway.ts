import type { Address, CidString, EpochNumber, ModelId, NodeId, SessionId, TaskId, TokenAmount, UnixMs } from '../ids.js'
import type { AbortOptions } from '../startable.js'
import type { ChatMessage, FinishReason, GenerateUsage, SamplingParams } from './engine.js'

/** Who may read what was asked and answered: everybody who knows the answer's CID, or those alone who were given its key. */
export type Privacy = 'public' | 'private'

/** A model that at least one live miner offers. */
export interface GatewayModel {
  id: ModelId
  name: string
  quantisation: string
  contextLength: number
  /** Live miners that offer it. */
  miners: number
  /** When this router first saw it. */
  firstSeenMs: UnixMs
  /** The least that a task of this model pays now, in micro-COR for 1,000 tokens; it rises with use. */
  priceMicroPerKilotoken: number
  /** Share of what its miners could do that they did in the last epoch, from 0 to 1. */
  utilisation: number
}

export interface CompletionRequest {
  /** A model's name or id. */
  model: string
  messages: readonly ChatMessage[]
  /** Missing ones take the router's defaults. */
  sampling: Partial<SamplingParams>
  /** Mixed into the task's seed. */
  seed?: number | undefined
  /** Pays for it. @default the gateway's own session */
  session?: SessionId | undefined
  /** What it is about, one of the quiz's categories: then matching goes by that skill. @default all of them together */
  category?: string | undefined
  /** Levels from 0 to 10 by category; miners below any of them are passed over. @default none */
  minLevel?: Readonly<Record<string, number>> | undefined
  /** @default what the session says */
  privacy?: Privacy | undefined
  /** By what whoever asks is known again; nobody else is given the key of a private answer. */
  caller?: string | undefined
  /** Give up when no miner took the task by then. @default the network's task deadline */
  maxWaitMs?: number | undefined
}

/** How a task can end other than well; maps one to one to HTTP statuses. */
export type TaskFailure =
  | 'model_not_found'
  | 'no_miner'
  /** Miners there are, but none that the chain knows with the stake that a paid task needs. */
  | 'no_staked_miner'
  | 'timeout'
  | 'miner_failed'
  | 'rejected'
  | 'context_length_exceeded'
  | 'cancelled'
  | 'not_ready'
  /** The session that should pay does not cover it. */
  | 'insufficient_quota'

export type CompletionEvent =
  /** A miner took the task. Sent again when another one takes over. */
  | { type: 'assigned'; taskId: TaskId; miner: NodeId; model: GatewayModel; attempt: number }
  | { type: 'delta'; text: string }
  /** Ends a completed task. */
  | {
      type: 'end'
      taskId: TaskId
      miner: NodeId
      finishReason: FinishReason
      usage: GenerateUsage
      fingerprint: string
      /** Of the transcript. */
      cid: CidString
      /** Where several miners were asked. */
      agreement?: TaskAgreement
    }
  /** Ends every other task. `taskId` is null when none was opened. */
  | { type: 'failed'; taskId: TaskId | null; failure: TaskFailure; message: string }

/** Whether an answer says what most say that were given to the same question; `inconclusive` where most do not agree. */
export type AgreementVerdict = 'agree' | 'disagree' | 'inconclusive'

/**
 * What an answer has in common with those of other miners to the same request. A signal and never a proof: it tells neither which model
 * answered nor who is right, and nobody is paid or punished by it.
 */
export interface TaskAgreement {
  label: 'signal'
  /** How texts were compared. */
  embedding: string
  /** Of the answer that this belongs to. */
  verdict: AgreementVerdict
  /** How many answered, and how many of them to the letter the same; this one counted in. */
  miners: number
  equal: number
  /** All that were compared, each under its own task. */
  answers: ComparedAnswer[]
}

export interface ComparedAnswer {
  taskId: TaskId
  miner: NodeId
  verdict: AgreementVerdict
  /** To the answer in the middle, from -1 to 1. */
  similarity: number
}

/** What a task costs its session. */
export interface TaskPayment {
  session: SessionId
  /** In micro-COR for 1,000 tokens. */
  priceMicroPerKilotoken: number
  /** In micro-COR: what it should cost, and from the report on what was charged. */
  cost: TokenAmount
  /** `charged` by a report, `settled` when the escrow has paid. */
  state: 'pending' | 'charged' | 'settled'
}

/** What is known about one finished task. */
export interface TaskReceipt {
  taskId: TaskId
  status: 'pending' | 'committed'
  model: ModelId
  miner: NodeId
  cid: CidString
  usage: GenerateUsage
  /** The epoch whose report holds it, once committed. */
  epoch: EpochNumber | null
  /** Null for a task under the open session, which costs nothing. */
  payment: TaskPayment | null
  /** Public where everybody who knows the CID can read prompt and answer. */
  privacy: Privacy
  /** Opens the transcript of a private task, 32 bytes; null of a public one, and for everybody but the caller who asked for the answer. */
  key: Uint8Array | null
  /** Null where nobody else was asked. No part of the file of a receipt, which holds what can be proved. */
  agreement: TaskAgreement | null
}

export interface GatewayNode {
  nodeId: NodeId
  roles: string[]
  operator: string
  models: string[]
  /** Time left until its presence lapses. */
  leaseMs: number
  freeSlots: number
  queueLength: number
  agent: string
}

/** What a gateway may spend for a consumer; amounts in micro-COR. */
export interface GatewaySession {
  session: SessionId
  owner: Address
  isOpen: boolean
  /** What is in escrow. */
  escrow: TokenAmount
  /** What the escrow has paid out. */
  paid: TokenAmount
  /** What reports say was spent. */
  spent: TokenAmount
  /** What this gateway has promised, and no report holds yet. */
  held: TokenAmount
  /** What it may still promise. */
  left: TokenAmount
}

export interface GatewayStatus {
  ready: boolean
  networkId: string
  nodeId: NodeId
  peers: number
  nodes: GatewayNode[]
  tasks: { active: number; completed: number; failed: number }
  /** Those that this gateway is configured with. */
  sessions: GatewaySession[]
  epoch: {
    /** The last committed one, or null before the first. */
    last: EpochNumber | null
    lastCommitMs: UnixMs | null
    lastTransaction: string | null
    /** Of the epoch that comes next. */
    nextLeader: NodeId | null
  }
}

export interface ReceiptOptions extends AbortOptions {
  /** Who wants to know; see `CompletionRequest`. @default nobody in particular, who is given no key */
  caller?: string | undefined
}

/** The router as its HTTP surface sees it. */
export interface Gateway {
  models(options?: AbortOptions): Promise<GatewayModel[]>
  /** Exactly one `end` or `failed` comes last. Ending the iteration early, or aborting, cancels the task at its miner. */
  complete(request: CompletionRequest, options?: AbortOptions): AsyncIterable<CompletionEvent>
  receipt(taskId: TaskId, options?: ReceiptOptions): Promise<TaskReceipt | null>
  /** A file by which anybody can check the receipt without asking this gateway; null while the task is in no committed report. */
  receiptFile(taskId: TaskId, options?: ReceiptOptions): Promise<Uint8Array | null>
  status(options?: AbortOptions): Promise<GatewayStatus>
}
