import type { Chain, CommittedEpoch, ContentStore, Hex32, UnixMs } from '@cortensor/interface'
import { auditedAnswers, loadReportRoot, loadSection, reportFetcher } from '@cortensor/protocols'
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
