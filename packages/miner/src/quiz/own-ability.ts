import type { AuditParams } from '@cortensor/config'
import type { CommittedEpoch, Committee, ContentStore, EpochNumber, NodeId } from '@cortensor/interface'
import { findRow, loadReportRoot, MAX_REPORT_BLOCK_BYTES } from '@cortensor/protocols'
import { type AbilityOf, askedAbility, plantsLeft, UNMEASURED } from '@cortensor/scoring'

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

/** Blocks of the report that a commit names, from whoever of the committee serves them. */
function fetcherOf({ self, store }: OwnAbilityInit, committee: RoundBase['committee'], signal: AbortSignal) {
  const providers = committee.members.map(({ nodeId }) => nodeId).filter((nodeId) => nodeId !== self)
  const options = { providers, maxBytes: MAX_REPORT_BLOCK_BYTES, signal }
  return (cid: Parameters<ContentStore['get']>[0]): Promise<Uint8Array> => store.get(cid, options)
}

/**
 * What the committed state says of this node, read from the report that the chain names: the root, and the chunk of skills with its row.
 * Throws what the store throws when nobody serves them.
 */
export function createOwnAbility(init: OwnAbilityInit) {
  return async ({ commit, committee }: RoundBase, roundEpoch: EpochNumber, signal: AbortSignal): Promise<AbilityOf> => {
    if (commit === null) {
      return UNMEASURED
    }
    const fetch = fetcherOf(init, committee, signal)
    const root = await loadReportRoot(commit.reportCid, fetch)
    return askedAbility((await findRow(root, 'skills', init.self, fetch)) ?? [], roundEpoch)
  }
}

/**
 * How many rounds the committed state lets this node spoil. Throws what the store throws when nobody serves the report.
 */
export function createOwnPlants(init: OwnAbilityInit, params: Pick<AuditParams, 'plantBps'>) {
  return async ({ commit, committee }: RoundBase, signal: AbortSignal): Promise<number> => {
    if (commit === null) {
      return 0
    }
    const fetch = fetcherOf(init, committee, signal)
    const root = await loadReportRoot(commit.reportCid, fetch)
    const record = await findRow(root, 'reputations', init.self, fetch)
    const honesty = await findRow(root, 'honesty', init.self, fetch)
    return record === null ? 0 : plantsLeft(record, honesty ?? { plants: 0 }, params)
  }
}
