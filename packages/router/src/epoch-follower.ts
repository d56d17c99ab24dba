import type { Chain, CidString, Clock, CommittedEpoch, ContentStore, Logger, NodeId, UnixMs } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import {
  leaderOf,
  loadReportRoot,
  loadSection,
  MAX_REPORT_BLOCK_BYTES,
  type NodeHonesty,
  type NodeReputation,
  type NodeSkill,
  type Report,
  readLaggards,
  type SettlementRow
} from '@cortensor/protocols'

/** What a router wants to know of a report. */
export interface FollowedReport extends Pick<Report, 'epoch' | 'results'> {
  cutoffMs: UnixMs
  settlements: readonly SettlementRow[]
  skills: readonly NodeSkill[]
  reputations: readonly NodeReputation[]
  honesty: readonly NodeHonesty[]
}

export interface EpochFollowerInit {
  chain: Chain
  store: ContentStore
  clock: Clock
  logger: Logger
  confirmationDepth: number
  /** With who leads the first view of the epoch after. */
  onEpoch: (commit: CommittedEpoch, nextLeader: NodeId) => void
  onReport: (report: FollowedReport) => Promise<void>
}

/** Wait before the chain is asked again, in ms: about one block of a fast chain. */
const RETRY_MS = 1_000

/** Longest wait for a report that the oracles serve, in ms. */
const FETCH_MS = 10_000

/** Follows the commits on the chain and fetches their reports, until the signal aborts. */
export async function followEpochs(init: EpochFollowerInit, signal: AbortSignal): Promise<void> {
  const { chain, clock, logger, store } = init
  const take = async (commit: CommittedEpoch): Promise<void> => {
    const committee = await chain.committee({ signal })
    const next = { epoch: commit.epoch + 1, depth: init.confirmationDepth, signal }
    init.onEpoch(commit, leaderOf(committee, next.epoch, 0, await readLaggards(chain, committee, next)))
    const limit = new AbortController()
    const cancel = clock.after(FETCH_MS, () => limit.abort(new DOMException('No oracle served the report', 'TimeoutError')))
    try {
      const options = {
        providers: committee.members.map((member) => member.nodeId),
        maxBytes: MAX_REPORT_BLOCK_BYTES,
        signal: AbortSignal.any([signal, limit.signal])
      }
      const fetch = (cid: CidString): Promise<Uint8Array> => store.get(cid, options)
      const root = await loadReportRoot(commit.reportCid, fetch)
      const [results, settlements, skills, reputations, honesty] = await Promise.all([
        loadSection(root, 'results', fetch),
        loadSection(root, 'settlements', fetch),
        loadSection(root, 'skills', fetch),
        loadSection(root, 'reputations', fetch),
        loadSection(root, 'honesty', fetch)
      ])
      const { cutoffMs, epoch } = root
      await init.onReport({ epoch, cutoffMs, results, settlements, skills: skills.flat(), reputations, honesty })
    } catch (error) {
      if (!signal.aborted) {
        logger.warn('A report could not be fetched; its receipts stay pending, and skills are those of an earlier one', {
          epoch: commit.epoch,
          error: errorMessage(error)
        })
      }
    } finally {
      cancel()
    }
  }
  while (!signal.aborted) {
    try {
      const from = (await chain.head({ signal })).number
      const last = await chain.lastCommit({ signal })
      if (last !== null) {
        await take(last)
      }
      for await (const event of chain.follow(from, { signal })) {
        if (event.type === 'epoch') {
          await take(event.commit)
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        logger.warn('The chain could not be followed; trying again', { error: errorMessage(error) })
        await clock.sleep(RETRY_MS, { signal }).catch(() => {})
      }
    }
  }
}
