import type { CidString } from '@cortensor/interface'
import { findAnchor } from '@cortensor/oracle'
import { checkReport, initialLedger, type ReportCheck } from '@cortensor/scoring'
import type { Simulation } from '@cortensor/simulator'

/** Derives every committed report again, from the first on, with the blocks of one oracle; the state is carried by us, not by them. */
export async function reDeriveAll({ kernel, oracles, result }: Simulation): Promise<ReportCheck[]> {
  const { networkId, params } = kernel
  const { chainId, committee, deployment } = kernel.chain
  const { chain, store, verifier } = oracles[0]!.ports
  const fetch = (cid: CidString): Promise<Uint8Array> => store.get(cid, { localOnly: true })
  const checks: ReportCheck[] = []
  let prevState = initialLedger(deployment.genesisMs)
  let prevReport: CidString | null = null
  let committedAtBlock = deployment.fromBlock
  for (const { commit, report } of result().epochs) {
    const base = { prevReport, committedAtBlock }
    const { confirmationDepth } = params.epoch
    const anchor = await findAnchor(chain, base, confirmationDepth, report.state.cutoffMs, new AbortController().signal)
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
