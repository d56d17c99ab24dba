import type { CidString, CommittedEpoch } from '@cortensor/interface'
import type { MoneyState } from '@cortensor/proofs'
import { loadReportRoot, loadSection, MAX_REPORT_BLOCK_BYTES } from '@cortensor/protocols'
import type { Client } from './client.js'

/** All that the rewards root of an epoch covers, from its report: a proof of one row needs the others. */
export async function loadRewards(client: Client, { reportCid }: Pick<CommittedEpoch, 'reportCid'>): Promise<MoneyState> {
  const providers = (await client.chain.committee()).members.map(({ nodeId }) => nodeId)
  const fetch = (cid: CidString) => client.fetch(cid, { maxBytes: MAX_REPORT_BLOCK_BYTES, providers })
  const root = await loadReportRoot(reportCid, fetch)
  const [cumulative, settlements, slashings] = await Promise.all([
    loadSection(root, 'cumulative', fetch),
    loadSection(root, 'settlements', fetch),
    loadSection(root, 'slashings', fetch)
  ])
  return { cumulative, settlements, slashings }
}
