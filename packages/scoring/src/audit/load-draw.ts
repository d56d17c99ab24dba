import type { Chain, Clock, CommittedEpoch, ContentStore, Hex32, Logger, UnixMs } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { auditedAnswers, loadReportRoot, loadSection, reportFetcher } from '@cortensor/protocols'
import { within } from '@cortensor/utils'
import { type AuditDraw, type AuditDrawInit, drawAudits } from './draw.js'

/** An epoch's audits, as everybody who has its report and the block finds them. */
export interface EpochDraw extends AuditDraw {
  cutoffMs: UnixMs
}

export interface DrawsInit {
  chain: Chain
  store: ContentStore
  params: AuditDrawInit['params']
}

export type LoadDraw = typeof loadDraw

/** Reads what an epoch's report says that audits depend on, and draws them. Throws what chain and store throw. */
export async function loadDraw(
  { chain, params, store }: DrawsInit,
  { digest, reportCid }: CommittedEpoch,
  blockHash: Hex32,
  signal: AbortSignal
): Promise<EpochDraw> {
  const fetch = reportFetcher(store, await chain.committee({ signal }), { signal })
  const root = await loadReportRoot(reportCid, fetch)
  const [results, outcomes, opinions, pending, bindings, skills, honesty] = await Promise.all([
    loadSection(root, 'results', fetch),
    loadSection(root, 'outcomes', fetch),
    loadSection(root, 'opinions', fetch),
    loadSection(root, 'pending', fetch),
    loadSection(root, 'bindings', fetch),
    loadSection(root, 'skills', fetch),
    loadSection(root, 'honesty', fetch)
  ])
  const { cutoffMs, epoch } = root
  const reported = auditedAnswers({ results, outcomes, opinions })
  const state = { epoch, digest, cutoffMs, reported, pending, bindings, skills: skills.flat(), honesty }
  return { ...drawAudits({ params, state, blockHash }), cutoffMs }
}

export interface AwaitDrawInit extends DrawsInit {
  clock: Clock
  logger: Logger
  /** @default loadDraw */
  loadDraw?: LoadDraw | undefined
}

/** Of the window, how long a report may take to be read: whoever hangs must not keep the others from being asked again. */
const TRY_SHARE = 0.15
/** Of the window, the wait before the second try; each one after is twice as long, up to the longest. */
const FIRST_WAIT_SHARE = 1 / 64
const LONGEST_WAIT_SHARE = 1 / 16

/**
 * The same, tried again until the window is over: who has not read a draw does none of its audits, and shows its own answers to nobody, for
 * which it is held to have withheld them. Throws what the last try threw.
 */
export async function awaitDraw(
  { clock, loadDraw: load = loadDraw, logger, ...init }: AwaitDrawInit,
  commit: CommittedEpoch,
  blockHash: Hex32,
  signal: AbortSignal
): Promise<EpochDraw> {
  const { windowMs } = init.params
  const endMs = clock.now() + windowMs
  for (let waitMs = windowMs * FIRST_WAIT_SHARE; ; waitMs = Math.min(2 * waitMs, windowMs * LONGEST_WAIT_SHARE)) {
    try {
      return await within(clock, windowMs * TRY_SHARE, signal, (limited) => load(init, commit, blockHash, limited))
    } catch (error) {
      signal.throwIfAborted()
      if (clock.now() + waitMs >= endMs) {
        throw error
      }
      logger.debug('The audits of an epoch could not be read; trying again', { epoch: commit.epoch, error: errorMessage(error) })
      await clock.sleep(waitMs, { signal })
    }
  }
}
