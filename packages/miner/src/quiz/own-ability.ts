import type { AuditParams } from '@cortensor/config'
import type { CommittedEpoch, Committee, ContentStore, EpochNumber, NodeId } from '@cortensor/interface'
import { findRow, loadReportRoot, reportFetcher } from '@cortensor/protocols'
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

/**
 * What the committed state says of this node, read from the report that the chain names: the root, and the chunk of skills with its row.
 * Throws what the store throws when nobody serves them.
 */
export function createOwnAbility(init: OwnAbilityInit) {
  return async ({ commit, committee }: RoundBase, roundEpoch: EpochNumber, signal: AbortSignal): Promise<AbilityOf> => {
    if (commit === null) {
      return UNMEASURED
    }
    const fetch = reportFetcher(init.store, committee, { self: init.self, signal })
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
    const fetch = reportFetcher(init.store, committee, { self: init.self, signal })
    const root = await loadReportRoot(commit.reportCid, fetch)
    const record = await findRow(root, 'reputations', init.self, fetch)
    const honesty = await findRow(root, 'honesty', init.self, fetch)
    return record === null ? 0 : plantsLeft(record, honesty ?? { plants: 0 }, params)
  }
}
