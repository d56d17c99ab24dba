import type { Committee, CommitteeMember } from '@cortensor/interface'

/** Q: observations that a report needs, so that at least f+1 of them are honest. */
export const observationQuorum = (committee: Committee): number => committee.members.length - committee.faults

/** f+1: among so many members at least one is honest. */
export const witnessQuorum = (committee: Committee): number => committee.faults + 1

/** The members in order, rotated by the epoch, then by the view. */
export function leaderOf(committee: Committee, epoch: number, view: number): CommitteeMember {
  return committee.members[(epoch + view) % committee.members.length] as CommitteeMember
}
