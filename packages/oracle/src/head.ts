import type { CidString, Committee, EpochNumber, Hex32, NodeId } from '@cortensor/interface'
import { type Instance, type LedgerState, leaderOf, leadingOrder, type TurnPlace } from '@cortensor/protocols'

/** What the chain's last commit means for the epoch that comes next. */
export interface Head {
  committee: Committee
  /** The epoch that is worked on. */
  instance: Instance
  /** Members that lead last in this epoch. */
  laggards: readonly NodeId[]
  /** After the last committed epoch. */
  state: LedgerState
  /** CID of the last report, null before the first. */
  prevReport: CidString | null
  /** The block that holds the last commit; before the first, the first block of the deployment. */
  committedAtBlock: number
}

export function nextInstance(committee: Committee, state: Pick<LedgerState, 'epoch' | 'digest'>): Instance {
  return { config: committee.config, epoch: (state.epoch + 1) as EpochNumber, prev: state.digest as Hex32 }
}

/** The member that leads a view of the epoch that is worked on. */
export const leaderAt = ({ committee, instance, laggards }: Head, view: number): NodeId =>
  leaderOf(committee, instance.epoch, view, laggards)

/** All members in the order of leading, from the leader of a view on: it has what it proposed, and those after it are likely to. */
export function membersFrom(committee: Committee, { epoch, laggards, view = 0 }: TurnPlace): NodeId[] {
  const order = leadingOrder(committee, epoch, laggards)
  const start = view % order.length
  return [...order.slice(start), ...order.slice(0, start)]
}
