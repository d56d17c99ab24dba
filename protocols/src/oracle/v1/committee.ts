import type { Committee, NodeId } from '@cortensor/interface'

/** Q = n - f: observations that a report needs, and timeouts that end a view. */
export const quorumOf = (committee: Committee): number => committee.members.length - committee.faults

/** f+1: among so many members at least one is honest. */
export const witnessesOf = (committee: Committee): number => committee.faults + 1

/** -1 when the node is no member. */
export const memberIndex = (committee: Committee, node: NodeId): number =>
  committee.members.findIndex((member) => member.nodeId === node)

/** Rotated by the epoch among themselves, so that two epochs in a row have different leaders whoever goes last. */
const rotated = <T>(members: readonly T[], epoch: number): T[] => {
  const start = members.length === 0 ? 0 : epoch % members.length
  return [...members.slice(start), ...members.slice(0, start)]
}

/** The members in the order in which they lead the views of an epoch: those who are no laggards, then the laggards. */
export function leadingOrder(committee: Committee, epoch: number, laggards: readonly NodeId[] = []): NodeId[] {
  const members = committee.members.map(({ nodeId }) => nodeId)
  const [last, first] = [members.filter((id) => laggards.includes(id)), members.filter((id) => !laggards.includes(id))]
  return [...rotated(first, epoch), ...rotated(last, epoch)]
}

/** The member that leads a view, in an epoch of this {@link leadingOrder}. */
export const leaderAmong = (order: readonly NodeId[], view: number): NodeId => order[view % order.length] as NodeId

/** The member that leads a view. `laggards`: see {@link laggardsOf}. */
export function leaderOf(committee: Committee, epoch: number, view: number, laggards: readonly NodeId[] = []): NodeId {
  return leaderAmong(leadingOrder(committee, epoch, laggards), view)
}

/** Where a turn is taken: after the view that has decided. */
export interface TurnPlace {
  epoch: number
  /** @default 0 */
  view?: number
  /** @default none */
  laggards?: readonly NodeId[]
}

/** How many members take their turn before this one, in the order of leading that starts with the leader of the view. */
export function turnOf(committee: Committee, { epoch, laggards = [], view = 0 }: TurnPlace, node: NodeId): number {
  const n = committee.members.length
  const place = leadingOrder(committee, epoch, laggards).indexOf(node)
  return (((place - view) % n) + n) % n
}
