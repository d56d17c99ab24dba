import type { Chain, CommittedEpoch, ContentStore } from '@cortensor/interface'
import { type AuthoredRound, type Commission, loadReportRoot, loadSection, reportFetcher } from '@cortensor/protocols'

/** What an epoch's report says of who writes for the next one's rounds, and of what was asked lately. */
export interface EpochCommissions {
  commissions: readonly Commission[]
  authored: readonly AuthoredRound[]
}

export interface CommissionsInit {
  chain: Chain
  store: ContentStore
}

export type LoadCommissions = typeof loadCommissions

/** Throws what chain and store throw. */
export async function loadCommissions(
  { chain, store }: CommissionsInit,
  { reportCid }: Pick<CommittedEpoch, 'digest' | 'reportCid'>,
  signal: AbortSignal
): Promise<EpochCommissions> {
  const fetch = reportFetcher(store, await chain.committee({ signal }), { signal })
  const root = await loadReportRoot(reportCid, fetch)
  const [commissions, authored] = await Promise.all([
    loadSection(root, 'commissions', fetch),
    loadSection(root, 'authored', fetch)
  ])
  return { commissions, authored }
}
