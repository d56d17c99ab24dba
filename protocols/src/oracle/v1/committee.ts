import type { Committee, NodeId } from '@cortensor/interface'

/** Q = n - f: observations that a report needs, and timeouts that end a view. */
export const quorumOf = (committee: Committee): number => committee.members.length - committee.faults

/** f+1: among so many members at least one is honest. */
export const witnessesOf = (committee: Committee): number => committee.faults + 1

/** The member that leads a view: the members in order, rotated by the epoch, then by the view. */
export function leaderOf(committee: Committee, epoch: number, view: number): NodeId {
  const index = (epoch + view) % committee.members.length
  return (committee.members[index] as Committee['members'][number]).nodeId
}

/** -1 when the node is no member. */
export const memberIndex = (committee: Committee, node: NodeId): number =>
  committee.members.findIndex((member) => member.nodeId === node)

/** How many members take their turn before this one, in the order that starts with the leader of view 0. */
export function turnOf(committee: Committee, epoch: number, node: NodeId): number {
  const n = committee.members.length
  return (((memberIndex(committee, node) - epoch) % n) + n) % n
}
