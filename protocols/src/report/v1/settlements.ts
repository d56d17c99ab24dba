import type { Address, EpochNumber, ModelId, NodeId, SessionId, TokenAmount } from '@cortensor/interface'

/** What a report keeps of a session as of its anchor: enough to tell whether a header could spend from it, and how much. */
export interface AnchoredSession {
  session: SessionId
  /** Nodes whose headers count, in order. */
  routers: NodeId[]
  /** The one model that it is for, or null. */
  model: ModelId | null
  /** Highest price, in micro-COR for a million tokens. */
  maxPrice: TokenAmount
  /** What is in escrow. */
  balance: TokenAmount
  /** What went from the escrow to the distributor so far. */
  paid: TokenAmount
  /** The last epoch that may spend, or null while the session is open. */
  lastEpoch: EpochNumber | null
}

/** A part of the fees that a node has earned, which waits until its session has paid. */
export interface Due {
  node: NodeId
  operator: Address
  amount: TokenAmount
}

/** What a session has spent in all epochs, and who is still to have what of it. */
export interface Settlement {
  session: SessionId
  /** As in its leaf under `rewardsRoot`. */
  spent: TokenAmount
  /** What of it has become rewards; the rest is the sum of `dues`. */
  credited: TokenAmount
  /** By node, then operator. */
  dues: Due[]
}
