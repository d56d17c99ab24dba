import type { Chain, CidString, CommittedEpoch, ContentStore, NodeId } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import {
  type FetchBlock,
  type Instance,
  loadReport,
  MAX_REPORT_BLOCK_BYTES,
  type Report,
  readLaggards
} from '@cortensor/protocols'
import { initialLedger } from '@cortensor/scoring'
import type { OracleErrorCode } from '../errors.js'
import { type Head, membersFrom, nextInstance } from '../head.js'

export interface LoadedHead {
  head: Head
  commit: CommittedEpoch | null
  report: Report | null
  /** Who led the view in which `commit` was decided. */
  leader: NodeId | null
}

export interface HeadLoaderInit {
  chain: Chain
  store: ContentStore
  self: NodeId
  confirmationDepth: number
  /** Told what the chain shows before its report is fetched, which may take long. */
  onShown: (instance: Instance) => void
  /** A report whose blocks are here and whose content is known. */
  recall(cid: CidString): Report | null
}

/** Reads where the chain stands, and the state that its last report hands over. */
export function createHeadLoader(init: HeadLoaderInit) {
  const { chain, confirmationDepth: depth, store } = init
  return async (signal: AbortSignal): Promise<LoadedHead> => {
    const [committee, commit] = await Promise.all([chain.committee({ signal }), chain.lastCommit({ signal })])
    const { fromBlock, genesisMs } = chain.deployment()
    init.onShown(nextInstance(committee, commit ?? initialLedger(genesisMs)))
    if (commit === null) {
      const state = initialLedger(genesisMs)
      const instance = nextInstance(committee, state)
      return {
        head: { committee, instance, laggards: [], state, prevReport: null, committedAtBlock: fromBlock },
        commit,
        report: null,
        leader: null
      }
    }
    const before = await readLaggards(chain, committee, { epoch: commit.epoch, depth, signal })
    const members = membersFrom(committee, { epoch: commit.epoch, laggards: before, view: commit.view })
    const providers = members.filter((nodeId) => nodeId !== init.self)
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
    const instance = nextInstance(committee, state)
    const head: Head = {
      committee,
      instance,
      laggards: await readLaggards(chain, committee, { epoch: instance.epoch, depth, signal }),
      state,
      prevReport: commit.reportCid,
      committedAtBlock: commit.block.number
    }
    return { head, commit, report, leader: members[0] ?? null }
  }
}
