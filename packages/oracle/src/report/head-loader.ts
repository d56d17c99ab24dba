import type { Chain, CidString, CommittedEpoch, ContentStore, NodeId } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import { type FetchBlock, type Instance, loadReport, MAX_REPORT_BLOCK_BYTES, type Report } from '@cortensor/protocols'
import { initialLedger } from '@cortensor/scoring'
import type { OracleErrorCode } from '../errors.js'
import { type Head, nextInstance } from '../head.js'

export interface LoadedHead {
  head: Head
  commit: CommittedEpoch | null
  report: Report | null
}

export interface HeadLoaderInit {
  chain: Chain
  store: ContentStore
  self: NodeId
  /** Told what the chain shows before its report is fetched, which may take long. */
  onShown: (instance: Instance) => void
  /** A report whose blocks are here and whose content is known. */
  recall(cid: CidString): Report | null
}

/** Reads where the chain stands, and the state that its last report hands over. */
export function createHeadLoader(init: HeadLoaderInit) {
  const { chain, store } = init
  return async (signal: AbortSignal): Promise<LoadedHead> => {
    const [committee, commit] = await Promise.all([chain.committee({ signal }), chain.lastCommit({ signal })])
    const { fromBlock, genesisMs } = chain.deployment()
    init.onShown(nextInstance(committee, commit ?? initialLedger(genesisMs)))
    if (commit === null) {
      const state = initialLedger(genesisMs)
      const head = { committee, instance: nextInstance(committee, state), state, prevReport: null, committedAtBlock: fromBlock }
      return { head, commit, report: null }
    }
    const providers = committee.members.map((member) => member.nodeId).filter((nodeId) => nodeId !== init.self)
    const fetch: FetchBlock = async (cid) => {
      // Kept: an oracle serves every report that the chain names.
      await store.pin(cid, { providers, maxBytes: MAX_REPORT_BLOCK_BYTES, signal })
      return store.get(cid, { localOnly: true, maxBytes: MAX_REPORT_BLOCK_BYTES, signal })
    }
    const report = init.recall(commit.reportCid) ?? (await loadReport(commit.reportCid, fetch))
    if (report.epoch !== commit.epoch) {
      throw new CortensorError<OracleErrorCode>(
        'ORACLE_REPORT_UNAVAILABLE',
        `The report of epoch ${commit.epoch} is not the one that the chain names`
      )
    }
    const state = { ...report.state, digest: commit.digest }
    const head: Head = {
      committee,
      instance: nextInstance(committee, state),
      state,
      prevReport: commit.reportCid,
      committedAtBlock: commit.block.number
    }
    return { head, commit, report }
  }
}
