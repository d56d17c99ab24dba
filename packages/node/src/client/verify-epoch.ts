import type { NetworkParams } from '@cortensor/config'
import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, CidString, CommittedEpoch, Committee, EpochNumber, NodeId } from '@cortensor/interface'
import { findAnchor } from '@cortensor/oracle'
import { checkAttestations } from '@cortensor/proofs'
import { type FetchBlock, type LedgerState, leaderOf, loadReport, loadReportRoot, MAX_BUCKET_BYTES } from '@cortensor/protocols'
import { checkReport, initialLedger } from '@cortensor/scoring'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'

export interface VerifyEpochInit {
  client: Client
  epoch: EpochNumber
  params: NetworkParams
  registry: Address
  signal?: AbortSignal
}

export interface EpochVerification {
  epoch: number
  valid: boolean
  /** The first thing that does not fit, null when everything does. */
  reason: string | null
  view: number
  leader: NodeId
  reportCid: CidString
  txHash: string
  digest: string
  resultsRoot: string
  rewardsRoot: string
  results: number
  outcomes: number
  rewards: string
  /** Accounts whose signatures carry the commit. */
  attesters: Address[]
}

/**
 * Checks a committed epoch from scratch: the attestations in the transaction, the report behind the CID, every signed message in it, and
 * both roots, derived again. What the epoch builds on is the report before it, as the chain names it.
 */
export async function verifyEpoch(init: VerifyEpochInit): Promise<EpochVerification> {
  const { client, epoch } = init
  const { chain } = client
  const attested = await chain.attestations(epoch)
  if (attested === null) {
    const last = await chain.lastCommit()
    throw nodeError('NODE_EPOCH_UNKNOWN', `The chain has no epoch ${epoch}; the last one is ${last?.epoch ?? 'still to come'}`)
  }
  const { attestations, commit, committee } = attested
  const told: EpochVerification = {
    epoch,
    valid: true,
    reason: null,
    view: commit.view,
    leader: leaderOf(committee, epoch, commit.view),
    reportCid: commit.reportCid,
    txHash: commit.transactionHash,
    digest: commit.digest,
    resultsRoot: commit.resultsRoot,
    rewardsRoot: commit.rewardsRoot,
    results: 0,
    outcomes: 0,
    rewards: '0',
    attesters: attestations.flatMap(({ index }) => committee.members[index]?.operator ?? [])
  }
  const isAttested = await checkAttestations(client.verifier, {
    chainId: chain.chainId(),
    committeeAddress: chain.deployment().committee,
    committee,
    commit,
    view: commit.view,
    attestations
  })
  if (!isAttested) {
    return { ...told, valid: false, reason: `the attestations in ${commit.transactionHash} do not carry this commit` }
  }
  return { ...told, ...(await checkReportOf(commit, committee, init)) }
}

async function checkReportOf(
  commit: CommittedEpoch,
  committee: Committee,
  init: VerifyEpochInit
): Promise<Partial<EpochVerification>> {
  const { client, params, registry, signal } = init
  const { chain, networkId, verifier } = client
  const providers = committee.members.map((member) => member.nodeId)
  const options = { maxBytes: MAX_BUCKET_BYTES, providers, ...(signal === undefined ? {} : { signal }) }
  const fetch: FetchBlock = (cid) => client.fetch(cid, options)
  const { sections, totals } = await loadReportRoot(commit.reportCid, fetch)
  const before = await stateBefore(commit, init, fetch)
  const head = { committedAtBlock: before.committedAtBlock, prevReport: before.prevReport }
  const checked = await checkReport({
    networkId,
    chainId: chain.chainId(),
    registry,
    verifier,
    report: commit.reportCid,
    commit,
    params,
    committee,
    prevState: before.state,
    prevReport: before.prevReport,
    anchorAt: (cutoffMs, sessions) =>
      findAnchor(chain, head, params.epoch.confirmationDepth, cutoffMs, sessions, signal ?? new AbortController().signal),
    fetch
  })
  const counts = { results: sections.results.rows, outcomes: sections.outcomes.rows, rewards: String(totals.rewards) }
  return checked.ok ? counts : { ...counts, valid: false, reason: checked.reason }
}

interface Before {
  state: LedgerState
  prevReport: CidString | null
  committedAtBlock: number
}

async function stateBefore(commit: CommittedEpoch, { client }: VerifyEpochInit, fetch: FetchBlock): Promise<Before> {
  const { fromBlock, genesisMs } = client.chain.deployment()
  if (commit.prev === ZERO_HEX32) {
    return { state: initialLedger(genesisMs), prevReport: null, committedAtBlock: fromBlock }
  }
  const previous = await client.chain.commit((commit.epoch - 1) as EpochNumber)
  if (previous === null || previous.digest !== commit.prev) {
    throw nodeError('NODE_EPOCH_UNKNOWN', `Epoch ${commit.epoch} does not build on the epoch before it on this chain`)
  }
  const report = await loadReport(previous.reportCid, fetch)
  return {
    state: { ...report.state, digest: previous.digest },
    prevReport: previous.reportCid,
    committedAtBlock: previous.block.number
  }
}
