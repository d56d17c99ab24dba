import type { Address, CidString, EpochNumber, Hex32, ModelId, NodeId, SessionId, TaskId, TokenAmount, UnixMs } from '../ids.js'
import type { AbortOptions, Startable } from '../startable.js'

export interface BlockRef {
  number: number
  hash: Hex32
  timestampMs: UnixMs
}

/** Where the contracts of a network live; all found from the registry's address. */
export interface Deployment {
  registry: Address
  token: Address
  committee: Address
  distributor: Address
  sessions: Address
  /** First block that can hold an event of these contracts. */
  fromBlock: number
  /** Timestamp of the deployment: when emission starts. */
  genesisMs: UnixMs
}

export interface CommitteeMember {
  operator: Address
  nodeId: NodeId
}

/** The ordered oracles that may attest, and how many must. */
export interface Committee {
  /** Hash of chain id, contract, members, `faults`, `attestations` and nonce. */
  config: Hex32
  members: CommitteeMember[]
  /** f: how many may be faulty. */
  faults: number
  /** A: attestations that a commit needs, at least f+1. */
  attestations: number
}

export interface CommitTotals {
  /** Results in this epoch's report. */
  results: number
  /** Rewards of all epochs up to and including this one. */
  rewards: TokenAmount
}

/** What one epoch puts on the chain. */
export interface EpochCommit {
  epoch: EpochNumber
  /** Digest of the epoch before; 32 zero bytes for the first. */
  prev: Hex32
  resultsRoot: Hex32
  rewardsRoot: Hex32
  /** A dag-cbor CIDv1 with SHA-256; the chain holds its 32-byte hash. */
  reportCid: CidString
  totals: CommitTotals
}

/** A commit as found on the chain. */
export interface CommittedEpoch extends EpochCommit {
  digest: Hex32
  config: Hex32
  view: number
  block: BlockRef
  transactionHash: Hex32
}

/** In which view an epoch was committed, and by which committee. */
export type CommittedView = Pick<CommittedEpoch, 'epoch' | 'config' | 'view'>

/** A member's packed secp256k1 signature, 64 bytes, by its place in the committee. */
export interface IndexedSignature {
  index: number
  signature: Uint8Array
}

/** A commit with what proves it, so that nobody needs to take the contract's word that enough members signed. */
export interface AttestedEpoch {
  commit: CommittedEpoch
  /** The one of `commit.config`, which may have been replaced since. */
  committee: Committee
  /** What the commit was sent with, by rising index; nothing here has checked them. */
  attestations: IndexedSignature[]
}

/** What bounds the rewards of all epochs together: a commit of more is refused. */
export interface Funding {
  /** What the distributor was ever given, by emission and by sessions. It never falls. */
  funded: TokenAmount
  /** The most that rewards may have risen by for each second since the deployment. */
  maxRewardPerSecond: TokenAmount
}

/** One (operator, node id) pair of the registry. The node's consent is proved off chain, in presence. */
export interface Registration {
  operator: Address
  nodeId: NodeId
  /** Bit set of `ROLE_BITS`. */
  roles: number
  stake: TokenAmount
  payout: Address
}

/** Two attestations of one member for one instance and view, with different digests. */
export interface Equivocation {
  config: Hex32
  /** The place in `config` of the one who signed. */
  index: number
  epoch: EpochNumber
  prev: Hex32
  view: number
  attestations: readonly [{ digest: Hex32; signature: Uint8Array }, { digest: Hex32; signature: Uint8Array }]
}

/** A window of an answer that a dispute found false to the last bit. It costs a registration half of its stake, once. */
export interface FalseWindow {
  /** The miner's operator and node. */
  operator: Address
  node: NodeId
  /** The task. */
  subject: TaskId
  /** From 0. */
  window: number
}

/** What the registry holds of one (operator, node id) pair. */
export interface Stake {
  amount: TokenAmount
  /** When it can be withdrawn; null while the node takes part. */
  releaseAtMs: UnixMs | null
}

/** What the owner of a session asks of the network. Routers and matching go by it; only `maxPrice` bounds money. */
export interface SessionTerms {
  mode: 'ephemeral' | 'hybrid' | 'dedicated'
  sla: 'low' | 'medium' | 'high'
  /** Whether several miners answer each task. */
  redundant: boolean
  /** At least 1. */
  minNodes: number
  maxNodes: number
  validators: number
  /** Ephemeral nodes to keep in reserve, and for how long. */
  reservedNodes: number
  reserveSeconds: number
  /** Tasks that may ever be executed; 0 for any number. */
  maxExecutions: number
  /** Highest price, in micro-COR for a million tokens. */
  maxPrice: TokenAmount
}

/** What can be said about a session in words. */
export interface SessionProfile {
  terms: SessionTerms
  /** The one that it is for, or null for any. */
  model: ModelId | null
  name: string
  metadata: string
}

/** Escrow of one consumer, and who may spend from it. */
export interface Session extends SessionProfile {
  id: SessionId
  owner: Address
  /** Nodes whose headers count, in order. */
  routers: NodeId[]
  /** What is in escrow. */
  balance: TokenAmount
  /** Settled in all, as in the last proof. */
  settled: TokenAmount
  /** What went from the escrow to those who worked; less than `settled` only where the escrow was short. */
  paid: TokenAmount
  /** Null while it is open; then the last epoch that may spend, and when the rest can be withdrawn. */
  closed: { lastEpoch: EpochNumber; releaseAtMs: UnixMs } | null
  /** The transaction that created it. */
  createdBy: Hex32
}

export type SessionChange = 'created' | 'updated' | 'router' | 'deposited' | 'settled' | 'closed' | 'withdrawn'

export type ChainCall =
  | { type: 'register'; nodeId: NodeId; roles: number; stake: TokenAmount; payout: Address }
  /** Takes a node of the sender out; its stake is released after the registry's delay. */
  | { type: 'unbond'; nodeId: NodeId }
  /** Pays out the stake of a node of the sender that left long enough ago. */
  | { type: 'withdrawStake'; nodeId: NodeId }
  /** Where all of the sender's rewards go from now on; 20 zero bytes mean the sender itself. */
  | { type: 'setPayout'; payout: Address }
  | {
      type: 'commitEpoch'
      commit: EpochCommit
      view: number
      /** Exactly `attestations` packed signatures, by rising member index. */
      signatures: readonly IndexedSignature[]
    }
  /** Slashes a member that attested twice; anybody may send it, once for each instance and view. */
  | { type: 'reportEquivocation'; evidence: Equivocation }
  /**
   * Slashes a miner for a leaf under the rewards root of an epoch that another one has followed; anybody may send it, once for each
   * registration.
   */
  | { type: 'punishFalseWindow'; epoch: EpochNumber; fault: FalseWindow; proof: readonly Hex32[] }
  | { type: 'claim'; operator: Address; cumulative: TokenAmount; proof: readonly Hex32[] }
  /** Opens a session of the sender. */
  | ({ type: 'createSession'; routers: readonly NodeId[] } & SessionProfile)
  /** Replaces what an open session of the sender asks for. */
  | ({ type: 'updateSession'; session: SessionId } & SessionProfile)
  /** Lists a router in a session of the sender, or takes it from the list. */
  | { type: 'setSessionRouter'; session: SessionId; router: NodeId; isAllowed: boolean }
  /** Adds to an open session's escrow; anybody may. The sessions contract pulls it: `approve` first. */
  | { type: 'depositSession'; session: SessionId; amount: TokenAmount }
  /** Moves what was spent to the distributor; anybody may. */
  | { type: 'settleSession'; session: SessionId; cumulative: TokenAmount; proof: readonly Hex32[] }
  /** Ends a session of the sender: the epoch that is open now is its last. */
  | { type: 'closeSession'; session: SessionId }
  /** Gives the rest of a closed session back to the sender. */
  | { type: 'withdrawSession'; session: SessionId }
  | { type: 'approve'; spender: Address; amount: TokenAmount }
  /** Only where the token has a faucet (dev chains). */
  | { type: 'faucet'; to: Address; amount: TokenAmount }

export interface ChainReceipt {
  transactionHash: Hex32
  block: BlockRef
  gasUsed: bigint
}

/** In the order of the chain. After `reorg`, everything above `ancestor` is undone and the new branch follows. */
export type ChainEvent =
  | { type: 'block'; block: BlockRef }
  | { type: 'epoch'; block: BlockRef; commit: CommittedEpoch }
  | { type: 'registered'; block: BlockRef; registration: Registration }
  | { type: 'claimed'; block: BlockRef; operator: Address; cumulative: TokenAmount }
  /** `amount` is what was deposited, settled or withdrawn, else 0. */
  | { type: 'session'; block: BlockRef; session: SessionId; change: SessionChange; amount: TokenAmount }
  | { type: 'reorg'; ancestor: BlockRef }

export interface SendOptions extends AbortOptions {
  /** Blocks that must hold and follow the transaction before `send` resolves. @default as the adapter was set up */
  confirmations?: number
}

export interface FollowOptions extends AbortOptions {
  /**
   * A block is delivered only when it and what follows it are this many. Whoever moves money or hands data out takes the network's
   * confirmation depth plus one.
   *
   * @default 1: at once
   */
  confirmations?: number
  /** Kinds of events that are told, beside reorgs. @default all */
  only?: readonly ChainEvent['type'][]
}

export interface Balances {
  /** Smallest unit of the chain's own coin. */
  native: bigint
  token: TokenAmount
}

/**
 * One network's contracts on one chain. Errors thrown have codes of `ChainErrorCode`.
 */
export interface Chain extends Startable {
  /** Of the account that sends, or null for a reader. */
  readonly account: Address | null
  chainId(): number
  deployment(): Deployment
  head(options?: AbortOptions): Promise<BlockRef>
  /** Null when the chain has no such block yet. */
  block(number: number, options?: AbortOptions): Promise<BlockRef | null>
  /** The configuration that is active for the next commit. */
  committee(options?: AbortOptions): Promise<Committee>
  lastCommit(options?: AbortOptions): Promise<CommittedEpoch | null>
  commit(epoch: EpochNumber, options?: AbortOptions): Promise<CommittedEpoch | null>
  /** Of the epochs `from` to `to`, both included and at most 128 of them, all committed; by epoch. */
  views(options: AbortOptions & { from: EpochNumber; to: EpochNumber }): Promise<CommittedView[]>
  /**
   * The signatures that an epoch was committed with, from the input of its transaction, or null when it is not committed. Throws
   * `CHAIN_INDIRECT_COMMIT` when another contract passed the commit on: then the input holds no signatures that could be told.
   */
  attestations(epoch: EpochNumber, options?: AbortOptions): Promise<AttestedEpoch | null>
  /** The registry as of the end of a block, by (operator, node id). */
  registrations(options?: AbortOptions & { toBlock?: number }): Promise<Registration[]>
  /** Smallest stake that `register` accepts for these roles. */
  minimumStake(roles: number, options?: AbortOptions): Promise<TokenAmount>
  /** What is staked for a node, also while it is leaving; null when nothing is. */
  stake(operator: Address, nodeId: NodeId, options?: AbortOptions): Promise<Stake | null>
  /** Sessions as of the end of a block, by id; all, or those of `ids` that exist. */
  sessions(options?: AbortOptions & { toBlock?: number; ids?: readonly SessionId[] }): Promise<Session[]>
  /** What rewards are paid from, as of the end of a block. */
  funding(options?: AbortOptions & { toBlock?: number }): Promise<Funding>
  /** Total that this operator has claimed so far. */
  claimed(operator: Address, options?: AbortOptions): Promise<TokenAmount>
  balances(account: Address, options?: AbortOptions): Promise<Balances>
  /** Runs a call without sending it; throws `CHAIN_REVERTED` with the contract's reason in `details.reason`. */
  simulate(call: ChainCall, options?: AbortOptions): Promise<void>
  /**
   * Signs, sends and waits until it is in a block. Calls of one account are queued in order. A commit that is on the chain already,
   * whoever sent it, resolves with the receipt of the transaction that put it there; one that another commit has overtaken throws
   * `CHAIN_REVERTED`.
   */
  send(call: ChainCall, options?: SendOptions): Promise<ChainReceipt>
  /**
   * Everything since `fromBlock`, then live; ends when the signal aborts. Throws `CHAIN_REORG_TOO_DEEP` when the chain has left a block
   * that lies deeper than the adapter remembers: read the chain's state anew, and follow from there.
   */
  follow(fromBlock: number, options?: FollowOptions): AsyncIterable<ChainEvent>
}

export type ChainErrorCode =
  | 'CHAIN_NOT_STARTED'
  | 'CHAIN_RPC_UNREACHABLE'
  /** Every RPC that answers is behind the chain. */
  | 'CHAIN_RPC_STALE'
  | 'CHAIN_WRONG_CHAIN'
  | 'CHAIN_NO_CONTRACT'
  | 'CHAIN_INDIRECT_COMMIT'
  | 'CHAIN_REVERTED'
  | 'CHAIN_NO_ACCOUNT'
  | 'CHAIN_INSUFFICIENT_FUNDS'
  | 'CHAIN_TIMEOUT'
  /** Another transaction of the account took the place of this one, which was not executed. */
  | 'CHAIN_NONCE_TAKEN'
  | 'CHAIN_REORG_TOO_DEEP'
