import type { CommittedEpoch, Committee, ContentStore, EpochNumber, NodeId } from '@cortensor/interface'
import { findRow, loadReportRoot, MAX_REPORT_BLOCK_BYTES } from '@cortensor/protocols'
import { type AbilityOf, askedAbility, UNMEASURED } from '@cortensor/scoring'

export interface OwnAbilityInit {
  store: ContentStore
  self: NodeId
}

/** What a round builds on. */
export interface RoundBase {
  /** The last commit; null before the first. */
  commit: CommittedEpoch | null
  /** Serves the commit's report. */
  committee: Pick<Committee, 'members'>
}

/**
 * What the committed state says of this node, read from the report that the chain names: the root, and the chunk of skills with its row.
 * Throws what the store throws when nobody serves them.
 */
export function createOwnAbility({ self, store }: OwnAbilityInit) {
  return async ({ commit, committee }: RoundBase, roundEpoch: EpochNumber, signal: AbortSignal): Promise<AbilityOf> => {
    if (commit === null) {
      return UNMEASURED
    }
    const providers = committee.members.map(({ nodeId }) => nodeId).filter((nodeId) => nodeId !== self)
    const options = { providers, maxBytes: MAX_REPORT_BLOCK_BYTES, signal }
    const fetch = (cid: Parameters<ContentStore['get']>[0]): Promise<Uint8Array> => store.get(cid, options)
    const root = await loadReportRoot(commit.reportCid, fetch)
    return askedAbility((await findRow(root, 'skills', self, fetch)) ?? [], roundEpoch)
  }
}
