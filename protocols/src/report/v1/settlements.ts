import type { Address, NodeId, SessionId, TokenAmount } from '@cortensor/interface'
import type { SpendingRules } from '../../task/v1/fee.js'

/** What a report keeps of a session as of its anchor: enough to tell whether a header could spend from it, and how much. */
export interface AnchoredSession extends SpendingRules {
  session: SessionId
  /** What is in escrow. */
  balance: TokenAmount
  /** What went from the escrow to the distributor so far. */
  paid: TokenAmount
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
  spent: TokenAmount
  /** What of it no audit can give back any more, as in its leaf under `rewardsRoot`; never falls. */
  final: TokenAmount
  /** What of it has become rewards; the rest is the sum of `dues`. */
  credited: TokenAmount
  /** By node, then operator. */
  dues: Due[]
}
