import type { CidString, CommittedEpoch } from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import { type FetchBlock, loadReportRoot, MAX_BUCKET_BYTES, type ReportRoot } from '@cortensor/protocols'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'

export interface LastReport {
  commit: CommittedEpoch
  cid: CidString
  /** Fetches the blocks of reports and evidence from the committee, or from whoever has them. */
  fetch: FetchBlock
}

/** The report that the chain names last. Throws `NODE_EPOCH_UNKNOWN` before the first. */
export async function lastReport(client: Client, signal?: AbortSignal): Promise<LastReport> {
  const { chain } = client
  const commit = await chain.lastCommit()
  if (commit === null) {
    throw nodeError('NODE_EPOCH_UNKNOWN', 'The chain has no epoch yet; the first one comes within a minute or so')
  }
  const committee = await chain.committee()
  const providers = committee.members.map((member) => member.nodeId)
  const options = { maxBytes: MAX_BUCKET_BYTES, providers, ...(signal === undefined ? {} : { signal }) }
  return { commit, cid: commit.reportCid, fetch: (cid) => client.fetch(cid, options) }
}

/** Old reports and evidence may have been given up by those who held them. */
export const isGone = (error: unknown): boolean => isCortensorError(error) && error.code === 'NODE_REPORT_UNAVAILABLE'

export interface FoundReport {
  cid: CidString
  root: ReportRoot
  fetch: FetchBlock
}

/** The last report, the one before it, and so on, as far as they are to be had. Throws `NODE_EPOCH_UNKNOWN` before the first. */
export async function* reportsBack(client: Client, signal?: AbortSignal): AsyncGenerator<FoundReport> {
  const { cid: last, fetch } = await lastReport(client, signal)
  for (let cid: CidString | null = last; cid !== null; ) {
    try {
      const root: ReportRoot = await loadReportRoot(cid, fetch)
      yield { cid, root, fetch }
      cid = root.prevReport
    } catch (error) {
      if (cid !== last && isGone(error)) {
        return
      }
      throw error
    }
  }
}
