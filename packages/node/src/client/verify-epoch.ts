import type { NetworkParams } from '@cortensor/config'
import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, CidString, CommittedEpoch, EpochNumber, NodeId, Verifier } from '@cortensor/interface'
import { findAnchor } from '@cortensor/oracle'
import { checkAttestations, isDigestOf } from '@cortensor/proofs'
import {
  type FetchBlock,
  type LedgerState,
  laggardsOf,
  leaderOf,
  loadReport,
  loadReportRoot,
  MAX_BUCKET_BYTES,
  networkIdOf,
  recordSpan
} from '@cortensor/protocols'
import { type CheckReportInit, checkReport, initialLedger } from '@cortensor/scoring'
import { nodeError } from '../errors.js'
import type { Client } from './client.js'
import type { EpochFacts } from './epoch-facts.js'

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
  /** Miners that lose stake, or have lost it, by what this epoch and those before it found. */
  slashings: number
  rewards: string
  /** Accounts whose signatures carry the commit. */
  attesters: Address[]
}

/** Where the facts and the blocks of an epoch come from. */
export interface EpochSource {
  facts: EpochFacts
  fetch: FetchBlock
  anchorAt: CheckReportInit['anchorAt']
}

/**
 * Checks a committed epoch from scratch: the attestations in the transaction, the report behind the CID, every signed message in it, and
 * both roots, derived again. What the epoch builds on is the report before it, as the chain names it.
 */
export async function verifyEpoch(init: VerifyEpochInit): Promise<EpochVerification> {
  return verifySource(await openEpoch(init), init.client.verifier)
}

/** An epoch on the chain that the client reads. Throws `NODE_EPOCH_UNKNOWN`. */
export async function openEpoch({ client, epoch, params, registry, signal }: VerifyEpochInit): Promise<EpochSource> {
  const { chain } = client
  const attested = await chain.attestations(epoch)
  if (attested === null) {
    const last = await chain.lastCommit()
    throw nodeError('NODE_EPOCH_UNKNOWN', `The chain has no epoch ${epoch}; the last one is ${last?.epoch ?? 'still to come'}`)
  }
  const { commit, committee } = attested
  const previous = commit.prev === ZERO_HEX32 ? null : await commitBefore(client, commit)
  const { committee: committeeAddress, fromBlock, genesisMs } = chain.deployment()
  const providers = committee.members.map((member) => member.nodeId)
  const options = { maxBytes: MAX_BUCKET_BYTES, providers, ...(signal === undefined ? {} : { signal }) }
  const head = { committedAtBlock: previous?.block.number ?? fromBlock, prevReport: previous?.reportCid ?? null }
  const { confirmationDepth } = params.epoch
  const span = recordSpan(epoch, confirmationDepth)
  const views = span === null ? [] : await chain.views(span)
  return {
    facts: { chainId: chain.chainId(), registry, committeeAddress, genesisMs, attested, previous, views, params },
    fetch: (cid) => client.fetch(cid, options),
    anchorAt: (cutoffMs, sessions) =>
      findAnchor(chain, head, confirmationDepth, cutoffMs, sessions, signal ?? new AbortController().signal)
  }
}

async function commitBefore({ chain }: Client, commit: CommittedEpoch): Promise<CommittedEpoch> {
  const previous = await chain.commit((commit.epoch - 1) as EpochNumber)
  if (previous === null || previous.digest !== commit.prev) {
    throw nodeError('NODE_EPOCH_UNKNOWN', `Epoch ${commit.epoch} does not build on the epoch before it on this chain`)
  }
  return previous
}

/** The same check, wherever the facts come from. */
export async function verifySource(source: EpochSource, verifier: Verifier): Promise<EpochVerification> {
  const { attested, chainId, committeeAddress, params, views } = source.facts
  const { confirmationDepth } = params.epoch
  const { attestations, commit, committee } = attested
  const told: EpochVerification = {
    epoch: commit.epoch,
    valid: true,
    reason: null,
    view: commit.view,
    leader: leaderOf(committee, commit.epoch, commit.view, laggardsOf(committee, commit.epoch, confirmationDepth, views)),
    reportCid: commit.reportCid,
    txHash: commit.transactionHash,
    digest: commit.digest,
    resultsRoot: commit.resultsRoot,
    rewardsRoot: commit.rewardsRoot,
    results: 0,
    outcomes: 0,
    slashings: 0,
    rewards: '0',
    attesters: attestations.flatMap(({ index }) => committee.members[index]?.operator ?? [])
  }
  const refused = (reason: string): EpochVerification => ({ ...told, valid: false, reason })
  if (!isDigestOf(commit.digest, commit) || committee.config !== commit.config) {
    return refused('the digest or the committee is not the one of the commit')
  }
  const { view } = commit
  if (!(await checkAttestations(verifier, { chainId, committeeAddress, committee, commit, view, attestations }))) {
    return refused(`the attestations in ${commit.transactionHash} do not carry this commit`)
  }
  const state = await stateBefore(source)
  if (state === null) {
    return refused('the epoch before is not the one that this epoch builds on')
  }
  return { ...told, ...(await checkReportOf(source, state, verifier)) }
}

async function checkReportOf(
  { anchorAt, facts, fetch }: EpochSource,
  prevState: LedgerState,
  verifier: Verifier
): Promise<Partial<EpochVerification>> {
  const { attested, chainId, params, previous, registry } = facts
  const { commit, committee } = attested
  const { sections, totals } = await loadReportRoot(commit.reportCid, fetch)
  const checked = await checkReport({
    networkId: networkIdOf(chainId, registry),
    chainId,
    registry,
    verifier,
    report: commit.reportCid,
    commit,
    params,
    committee,
    prevState,
    prevReport: previous?.reportCid ?? null,
    anchorAt,
    fetch
  })
  const { outcomes, results, slashings } = sections
  const rows = { results: results.rows, outcomes: outcomes.rows, slashings: slashings.rows }
  const counts = { ...rows, rewards: String(totals.rewards) }
  return checked.ok ? counts : { ...counts, valid: false, reason: checked.reason }
}

/** What the epoch builds on; null when the epoch before is another. */
export async function stateBefore({ facts, fetch }: EpochSource): Promise<LedgerState | null> {
  const { attested, genesisMs, previous } = facts
  const { prev } = attested.commit
  if (prev === ZERO_HEX32) {
    return initialLedger(genesisMs)
  }
  if (previous === null || !isDigestOf(prev, previous)) {
    return null
  }
  const report = await loadReport(previous.reportCid, fetch)
  return { ...report.state, digest: prev }
}
