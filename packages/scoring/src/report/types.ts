import type { NetworkParams } from '@cortensor/config'
import type { Address, CidString, Committee, EpochCommit, Hex32, NetworkId, NodeId, RoundId, TaskId } from '@cortensor/interface'
import type {
  Anchor,
  AuditReveal,
  AuditRound,
  LedgerState,
  Observe,
  Propose,
  Report,
  ResultMessage,
  RoundBallot,
  RoundOpen,
  RoundReveal,
  TaskHeader
} from '@cortensor/protocols'

/** The network that a report is of. */
export interface ReportNetwork {
  networkId: NetworkId
  chainId: number
  registry: Address
}

export type ResultCommit = Extract<ResultMessage, { type: 'commit' }>

/** What a signed gossip message states, once its signature has been checked. */
export type Statement =
  | { kind: 'header'; taskId: TaskId; header: TaskHeader }
  | { kind: 'acknowledgement'; taskId: TaskId }
  | { kind: 'result-precommit'; taskId: TaskId; commitment: Hex32 }
  | { kind: 'result-commit'; taskId: TaskId; commit: ResultCommit }
  | { kind: 'audit-precommit'; subject: TaskId | RoundId; miner: NodeId; round: AuditRound; commitment: Hex32 }
  | { kind: 'audit-reveal'; subject: TaskId | RoundId; miner: NodeId; round: AuditRound; reveal: AuditReveal }
  | { kind: 'audit-plant'; subject: TaskId | RoundId; secret: Uint8Array }
  | { kind: 'round'; roundId: RoundId; round: RoundOpen }
  | { kind: 'answer-precommit'; roundId: RoundId; commitment: Hex32 }
  | { kind: 'answer-reveal'; roundId: RoundId; reveal: RoundReveal }
  /** Of a judge. */
  | { kind: 'ballot'; ballot: RoundBallot }
  /** What an oracle proposed as leader of a view. */
  | { kind: 'proposal'; proposal: Pick<Propose, 'instance' | 'view' | 'report' | 'digest'> }
  /** Both signatures of the binding have been checked too. */
  | { kind: 'binding'; operator: Address }

export type OpenedItem<S extends Statement = Statement> = S & {
  /** The envelope's id. */
  id: string
  sender: NodeId
}

export type ItemOf<K extends Statement['kind']> = OpenedItem<Extract<Statement, { kind: K }>>

/** One committee member's OBSERVE, its signature checked. */
export interface ReportObservation {
  sender: NodeId
  /** The envelope. */
  bytes: Uint8Array
  observe: Observe
}

/** What the committee saw: the same for everybody who has the observations and their buckets. */
export interface ReportEvidence {
  observations: readonly ReportObservation[]
  /** Opened items of every bucket that an observation names. */
  items: readonly OpenedItem[]
  /** For each observation, in the same order, the ids of the items in its buckets. */
  itemsByObservation: readonly ReadonlySet<string>[]
}

/** All that a report depends on. */
export interface ReportInput extends ReportNetwork, ReportEvidence {
  params: NetworkParams
  committee: Committee
  /** After the epoch before. */
  state: LedgerState
  /** CID of the report before, null for the first. */
  prevReport: CidString | null
  anchor: Anchor
}

export interface DerivedReport {
  report: Report
  cid: CidString
  /** The report's root and the chunks of its sections, by CID. */
  blocks: ReadonlyMap<CidString, Uint8Array>
  commit: EpochCommit
  /** Of the commit. */
  digest: Hex32
  /** For the next epoch. */
  state: LedgerState
}
