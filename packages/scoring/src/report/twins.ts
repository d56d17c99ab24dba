import type { Committee, NodeId } from '@cortensor/interface'
import { type ExclusionReason, instanceKey, type LedgerState, memberIndex } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ExclusionList } from './exclusions.js'
import type { SightedItems } from './sighted-items.js'
import type { ItemOf } from './types.js'

export interface TwinsInit {
  items: SightedItems
  committee: Committee
  state: Pick<LedgerState, 'epoch'>
  exclusions: ExclusionList
}

/** Only proposals of the epoch before are looked at, so that each proof stands in one report. */
function reasonOf({ proposal, sender }: ItemOf<'proposal'>, { committee, state }: TwinsInit): ExclusionReason | null {
  const { config, epoch } = proposal.instance
  if (memberIndex(committee, sender) < 0 || config !== committee.config) {
    return 'not_allowed'
  }
  if (epoch !== state.epoch) {
    return epoch > state.epoch ? 'too_early' : 'expired'
  }
  return null
}

/**
 * The members that proposed two reports in one view of the epoch before. Both proposals are listed among the exclusions as `twin`: with
 * the envelopes in the buckets anybody can check them. A single proposal proves nothing.
 */
export function findTwins(init: TwinsInit): Set<NodeId> {
  const faulty = new Set<NodeId>()
  const due = init.items.of('proposal').filter((item) => {
    const reason = reasonOf(item, init)
    if (reason !== null) {
      init.exclusions.add([item], reason)
    }
    return reason === null
  })
  const placeOf = ({ proposal, sender }: ItemOf<'proposal'>): string =>
    `${sender}/${instanceKey(proposal.instance)}/${proposal.view}`
  for (const group of Map.groupBy(
    sortedBy(due, ({ id }) => id),
    placeOf
  ).values()) {
    const [first, ...others] = group as [ItemOf<'proposal'>, ...ItemOf<'proposal'>[]]
    const isOther = ({ proposal }: ItemOf<'proposal'>): boolean =>
      proposal.digest !== first.proposal.digest || proposal.report !== first.proposal.report
    const second = others.find(isOther)
    if (second !== undefined) {
      faulty.add(first.sender)
      init.exclusions.add([first, second], 'twin')
    }
    init.exclusions.add(group, second === undefined ? 'incomplete' : 'duplicate')
  }
  return faulty
}
