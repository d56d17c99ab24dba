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
  for (const { commit } of result().epochs) {
    const base = { prevReport, committedAtBlock }
    const { confirmationDepth } = params.epoch
    const check = await checkReport({
      networkId,
      chainId,
      registry: deployment.registry,
      verifier,
      fetch,
      report: commit.reportCid,
      commit,
      params,
      committee,
      prevState,
      prevReport,
      anchorAt: (cutoffMs, sessions) =>
        findAnchor(chain, base, confirmationDepth, cutoffMs, sessions, new AbortController().signal)
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
