import type { Chain, CommittedEpoch, ContentStore } from '@cortensor/interface'
import {
  type AuthoredRound,
  type Commission,
  loadReportRoot,
  loadSection,
  type OpenPanel,
  reportFetcher
} from '@cortensor/protocols'

/** What an epoch's report says of who writes for the next one's rounds, what was asked lately, and who judges the answers. */
export interface EpochDuties {
  commissions: readonly Commission[]
  authored: readonly AuthoredRound[]
  panels: readonly OpenPanel[]
}

export interface DutiesInit {
  chain: Chain
  store: ContentStore
}

export type LoadDuties = typeof loadDuties

/** Throws what chain and store throw. */
export async function loadDuties(
  { chain, store }: DutiesInit,
  { reportCid }: Pick<CommittedEpoch, 'digest' | 'reportCid'>,
  signal: AbortSignal
): Promise<EpochDuties> {
  const fetch = reportFetcher(store, await chain.committee({ signal }), { signal })
  const root = await loadReportRoot(reportCid, fetch)
  const [commissions, authored, panels] = await Promise.all([
    loadSection(root, 'commissions', fetch),
    loadSection(root, 'authored', fetch),
    loadSection(root, 'panels', fetch)
  ])
  return { commissions, authored, panels }
}
