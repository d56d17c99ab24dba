import type { Chain, Clock, CommittedEpoch, ContentStore, Logger, NodeId, UnixMs } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import {
  type FetchBlock,
  leaderOf,
  loadReportRoot,
  loadSection,
  type NodeHonesty,
  type NodeReputation,
  type NodeSkill,
  type NodeThroughput,
  type Report,
  readLaggards,
  reportFetcher,
  type SettlementRow
} from '@cortensor/protocols'
import { keepRunning, within } from '@cortensor/utils'

/** What a router wants to know of a report. */
export interface FollowedReport extends Pick<Report, 'epoch' | 'results'> {
  cutoffMs: UnixMs
  settlements: readonly SettlementRow[]
  skills: readonly NodeSkill[]
  throughputs: readonly NodeThroughput[]
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

/** Longest wait for a report that the oracles serve, in ms. */
const FETCH_MS = 10_000

/** Follows the commits on the chain and fetches their reports, until the signal aborts. */
export async function followEpochs(init: EpochFollowerInit, signal: AbortSignal): Promise<void> {
  const { chain, clock, logger, store } = init
  const take = async (commit: CommittedEpoch): Promise<void> => {
    const committee = await chain.committee({ signal })
    const next = { epoch: commit.epoch + 1, depth: init.confirmationDepth, signal }
    init.onEpoch(commit, leaderOf(committee, next.epoch, 0, await readLaggards(chain, committee, next)))
    try {
      const report = await within(clock, FETCH_MS, signal, (limited) =>
        loadFollowed(commit, reportFetcher(store, committee, { signal: limited }))
      )
      await init.onReport(report)
    } catch (error) {
      if (!signal.aborted) {
        logger.warn('A report could not be fetched; its receipts stay pending, and skills are those of an earlier one', {
          epoch: commit.epoch,
          error: errorMessage(error)
        })
      }
    }
  }
  const follow = async (): Promise<void> => {
    const from = (await chain.head({ signal })).number
    const last = await chain.lastCommit({ signal })
    if (last !== null) {
      await take(last)
    }
    for await (const event of chain.follow(from, { only: ['epoch'], signal })) {
      if (event.type === 'epoch') {
        await take(event.commit)
      }
    }
  }
  const onError = (error: unknown): void =>
    logger.warn('The chain could not be followed; trying again', { error: errorMessage(error) })
  await keepRunning(follow, { clock, onError }, signal)
}

async function loadFollowed({ reportCid }: CommittedEpoch, fetch: FetchBlock): Promise<FollowedReport> {
  const root = await loadReportRoot(reportCid, fetch)
  const [results, settlements, skills, throughputs, reputations, honesty] = await Promise.all([
    loadSection(root, 'results', fetch),
    loadSection(root, 'settlements', fetch),
    loadSection(root, 'skills', fetch),
    loadSection(root, 'throughputs', fetch),
    loadSection(root, 'reputations', fetch),
    loadSection(root, 'honesty', fetch)
  ])
  const { cutoffMs, epoch } = root
  return { epoch, cutoffMs, results, settlements, skills: skills.flat(), throughputs, reputations, honesty }
}
