import { attestationDigest, commitDigest } from '@cortensor/contracts'
import type {
  Address,
  AttestedEpoch,
  BlockRef,
  Chain,
  CidString,
  EpochCommit,
  Registration,
  Role,
  Signer
} from '@cortensor/interface'
import { ROLE_BITS } from '@cortensor/interface'
import { resultsRoot, rewardsTree } from '@cortensor/proofs'
import { encodeReport, leaderOf, type Report, type ReportedResult } from '@cortensor/protocols'
import { deriveReport, initialLedger } from '@cortensor/scoring'
import { describe, expect, it } from 'vitest'
import {
  agreed,
  answer,
  chainId,
  committee,
  epoch,
  fetchFrom,
  GENESIS_MS,
  hex32Of,
  miners,
  minerX,
  minerY,
  network,
  oracles,
  params,
  presence,
  registry,
  round,
  router,
  task,
  verifier
} from '../../scoring/test/world.js'
import { type Client, type EpochVerification, verifyEpoch } from '../src/index.js'

const committeeAddress = `0x${'42'.repeat(20)}` as Address
const transactionHash = hex32Of('transaction')

const genesis = initialLedger(GENESIS_MS)
const quiz = await round(genesis)
const items = [
  ...(await Promise.all(miners.map(presence))),
  quiz.open,
  ...(await answer(quiz, minerX)).all,
  ...(await answer(quiz, minerY, { wrong: 1 })).all,
  ...(await task({ name: 'checked' })).all
]
const made = await epoch(genesis, agreed({ items }))
const honest = deriveReport(made.input)

const registration = (role: Role, { nodeId, operator }: Signer): Registration => ({
  operator,
  nodeId,
  roles: ROLE_BITS[role],
  stake: 1n,
  payout: operator
})
const registrations = [registration('router', router), ...miners.map((miner) => registration('miner', miner))]
/** The block that the world's reports are anchored in. */
const anchorBlock: BlockRef = { number: 7, hash: hex32Of('block 7'), timestampMs: GENESIS_MS }

async function attest(commit: EpochCommit, signers: readonly Signer[], view = 0): Promise<AttestedEpoch> {
  const digest = attestationDigest(
    { chainId, committee: committeeAddress },
    { config: committee.config, epoch: commit.epoch, prev: commit.prev, view, digest: commitDigest(commit) }
  )
  const attestations = await Promise.all(
    signers.map(async (signer) => ({ index: oracles.indexOf(signer), signature: await signer.signDigest(digest) }))
  )
  const block = { ...anchorBlock, number: 9 }
  return {
    commit: { ...commit, digest: commitDigest(commit), config: committee.config, view, block, transactionHash },
    committee,
    attestations
  }
}

interface Found {
  attested: AttestedEpoch
  /** The blocks of the report. */
  report: ReadonlyMap<CidString, Uint8Array>
}

/** What a reader of the chain and the nodes around it would find. */
function verify({ attested, report }: Found): Promise<EpochVerification> {
  const chain: Partial<Chain> = {
    chainId: () => chainId,
    deployment: () => ({
      registry,
      token: registry,
      committee: committeeAddress,
      distributor: registry,
      sessions: registry,
      fromBlock: 1,
      genesisMs: GENESIS_MS
    }),
    attestations: async (number) => (number === attested.commit.epoch ? attested : null),
    lastCommit: async () => attested.commit,
    head: async () => anchorBlock,
    registrations: async () => registrations,
    sessions: async () => [],
    funding: async () => ({ funded: 10n ** 15n, maxRewardPerSecond: 10_000_000n })
  }
  const blocks = new Map([...made.blocks, ...report])
  const client: Client = {
    chain: chain as Client['chain'],
    networkId: network.networkId,
    verifier,
    fetch: fetchFrom(blocks),
    start: async () => {},
    stop: async () => {}
  }
  return verifyEpoch({ client, epoch: attested.commit.epoch, params, registry })
}

/** A change, and everything that hangs on it made to fit: roots, totals, CID, and the signatures of half the committee. */
async function forge(change: (report: Report) => void): Promise<Found> {
  const report = structuredClone(honest.report)
  change(report)
  report.resultsRoot = resultsRoot(report.results, report.outcomes)
  report.rewardsRoot = rewardsTree(report.state).root
  report.totals = {
    results: report.results.length,
    rewards: report.state.cumulative.reduce((sum, { amount }) => sum + amount, 0n)
  }
  const { blocks, cid } = encodeReport(report)
  const { resultsRoot: results, rewardsRoot: rewards, totals } = report
  const commit = { ...honest.commit, resultsRoot: results, rewardsRoot: rewards, totals, reportCid: cid }
  return { attested: await attest(commit, oracles.slice(0, 2)), report: blocks }
}

describe('the verification of an epoch', () => {
  it('holds for what follows from the evidence and enough members signed', async () => {
    const attested = await attest(honest.commit, [oracles[1] as Signer, oracles[3] as Signer], 1)
    expect(await verify({ attested, report: honest.blocks })).toEqual({
      epoch: 1,
      valid: true,
      reason: null,
      view: 1,
      leader: leaderOf(committee, 1, 1),
      reportCid: honest.commit.reportCid,
      txHash: transactionHash,
      digest: honest.digest,
      resultsRoot: honest.commit.resultsRoot,
      rewardsRoot: honest.commit.rewardsRoot,
      results: 1,
      outcomes: 2,
      slashings: 0,
      rewards: String(honest.commit.totals.rewards),
      attesters: [oracles[1]?.operator, oracles[3]?.operator]
    })
  })

  it.each<[string, RegExp, (report: Report) => void]>([
    [
      'a miner is to lose stake that no dispute found false',
      /slashings\[0\]/,
      ({ results, state }) => {
        const [{ node, operator }] = state.bindings as [Report['state']['bindings'][0]]
        state.slashings = [{ operator, node, subject: (results[0] as ReportedResult).taskId, window: 0 }]
      }
    ],
    [
      'one amount was altered',
      /cumulative\[0\]\.amount/,
      ({ state }) => {
        state.cumulative = state.cumulative.map((entry, i) => (i === 0 ? { ...entry, amount: entry.amount + 1n } : entry))
      }
    ],
    [
      'a result was left out',
      /results/,
      (report) => {
        report.results = []
      }
    ],
    [
      'a quiz outcome was left out',
      /outcomes/,
      (report) => {
        report.outcomes = report.outcomes.slice(1)
      }
    ]
  ])('fails when %s, with fresh roots and the signatures of enough members', async (_what, reason, change) => {
    const forged = await forge(change)
    expect(forged.attested.commit.reportCid).not.toBe(honest.commit.reportCid)
    expect(await verify(forged)).toMatchObject({ valid: false, reason: expect.stringMatching(reason) })
  })

  it('fails when too few members signed', async () => {
    const attested = await attest(honest.commit, oracles.slice(0, 1))
    const checked = await verify({ attested, report: honest.blocks })
    expect(checked).toMatchObject({ valid: false, reason: expect.stringContaining('attestations') })
  })

  it('fails when somebody else signed', async () => {
    const stranger = await attest(honest.commit, [router, minerX])
    const attested = { ...stranger, attestations: stranger.attestations.map((entry, index) => ({ ...entry, index })) }
    const checked = await verify({ attested, report: honest.blocks })
    expect(checked).toMatchObject({ valid: false, reason: expect.stringContaining('attestations') })
  })

  it('fails when the chain holds another root than the report', async () => {
    const commit = { ...honest.commit, rewardsRoot: hex32Of('another') }
    const checked = await verify({ attested: await attest(commit, oracles.slice(0, 2)), report: honest.blocks })
    expect(checked).toMatchObject({ valid: false, reason: expect.stringContaining('rewardsRoot') })
  })

  it('says which epochs there are when the one asked for is not there', async () => {
    const attested = await attest(honest.commit, oracles.slice(0, 2))
    const absent = { ...attested, commit: { ...attested.commit, epoch: 2 as EpochCommit['epoch'] } }
    const chain: Partial<Chain> = { attestations: async () => null, lastCommit: async () => absent.commit }
    const client = { chain } as Client
    const asked = verifyEpoch({ client, epoch: 9 as EpochCommit['epoch'], params, registry })
    await expect(asked).rejects.toMatchObject({
      code: 'NODE_EPOCH_UNKNOWN',
      message: expect.stringContaining('the last one is 2')
    })
  })
})
