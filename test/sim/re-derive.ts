import { findAnchor } from '@cortensor/oracle'
import type { LedgerState } from '@cortensor/protocols'
import { checkReport, initialLedger, type ReportCheck } from '@cortensor/scoring'
import type { Simulation } from '@cortensor/simulator'

/** Derives every committed report again, from the first on, with the blocks of one oracle; the state is carried by us, not by them. */
export async function reDeriveAll(simulation: Simulation): Promise<ReportCheck[]> {
  const { chain: kernelChain, networkId, params } = simulation.kernel
  const [oracle] = simulation.oracles
  if (oracle === undefined) {
    return []
  }
  const { chain, store, verifier } = oracle.ports
  const checks: ReportCheck[] = []
  let prevState: LedgerState = initialLedger(kernelChain.deployment.genesisMs)
  let prevReport: (typeof commits)[number]['reportCid'] | null = null
  let committedAtBlock = kernelChain.deployment.fromBlock
  const commits = simulation.result().epochs.map(({ commit }) => commit)
  const fetch = (cid: (typeof commits)[number]['reportCid']): Promise<Uint8Array> => store.get(cid, { localOnly: true })
  for (const [i, commit] of commits.entries()) {
    const { report } = simulation.result().epochs[i] as { report: { state: { cutoffMs: number } } }
    const base = { prevReport, committedAtBlock }
    const signal = new AbortController().signal
    const anchor = await findAnchor(chain, base, params.epoch.confirmationDepth, report.state.cutoffMs, signal)
    const { chainId, deployment, committee } = kernelChain
    const check = await checkReport({
      networkId,
      chainId,
      registry: deployment.registry,
      verifier,
      fetch,
      block: await fetch(commit.reportCid),
      commit,
      params,
      committee,
      prevState,
      prevReport,
      anchor
    })
    checks.push(check)
    if (!check.ok) {
      break
    }
    prevState = check.derived.state
    prevReport = commit.reportCid
    committedAtBlock = commit.block.number
  }
  return checks
}
