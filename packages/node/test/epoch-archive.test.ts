import { attestationDigest, commitDigest } from '@cortensor/contracts'
import { blockCid } from '@cortensor/crypto'
import type { Address, AttestedEpoch, BlockRef, EpochCommit, Hex32, Registration, Role, Signer } from '@cortensor/interface'
import { isCortensorError, ROLE_BITS } from '@cortensor/interface'
import { resultsRoot, rewardsTree } from '@cortensor/proofs'
import { encodeReport, type Report } from '@cortensor/protocols'
import { type DerivedReport, deriveReport, initialLedger } from '@cortensor/scoring'
import { readCar, writeCar } from '@cortensor/store'
import { describe, expect, it } from 'vitest'
import {
  agreed,
  anchor,
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
  recordsOf,
  registry,
  round,
  router,
  task,
  verifier
} from '../../scoring/test/world.js'
import { archiveEpoch, type Client, explainEpochReward, verifyArchive, verifyEpoch } from '../src/index.js'

const committeeAddress = `0x${'42'.repeat(20)}` as Address
const transactionHash = hex32Of('transaction')
/** The block that the world's reports are anchored in. */
const anchorBlock: BlockRef = { number: 7, hash: hex32Of('block 7'), timestampMs: GENESIS_MS }
const registration = (role: Role, { nodeId, operator }: Signer): Registration => ({
  operator,
  nodeId,
  roles: ROLE_BITS[role],
  stake: 1n,
  payout: operator
})
const registrations = [registration('router', router), ...miners.map((miner) => registration('miner', miner))]

const genesis = { ...initialLedger(GENESIS_MS), reputations: recordsOf(miners) }
const bound = await epoch(genesis, agreed({ items: await Promise.all(miners.map(presence)) }))
const first = deriveReport(bound.input)
const quiz = await round(first.state)
const items = [
  quiz.open,
  ...(await answer(quiz, minerX)).all,
  ...(await answer(quiz, minerY, { wrong: 1 })).all,
  ...(await task({ name: 'archived' })).all,
  ...(await task({ name: 'refused', tokens: 65 })).all
]
const draw = { number: 7, hash: hex32Of('block 7') }
const made = await epoch(first.state, agreed({ items }), first.cid, { anchor: { ...anchor, draw } })
const honest = deriveReport(made.input)

async function attest(commit: EpochCommit, view = 0): Promise<AttestedEpoch> {
  const digest = attestationDigest(
    { chainId, committee: committeeAddress },
    { config: committee.config, epoch: commit.epoch, prev: commit.prev, view, digest: commitDigest(commit) }
  )
  const attestations = await Promise.all(
    oracles.slice(0, 2).map(async (signer, index) => ({ index, signature: await signer.signDigest(digest) }))
  )
  const block = { ...anchorBlock, number: 9 }
  return {
    commit: { ...commit, digest: commitDigest(commit), config: committee.config, view, block, transactionHash },
    committee,
    attestations
  }
}

/** A visitor of a network whose second epoch has this report. */
async function visitor({ blocks, commit }: Pick<DerivedReport, 'blocks' | 'commit'> = honest) {
  const [before, attested] = [await attest(first.commit), await attest(commit)]
  const chain = {
    chainId: () => chainId,
    deployment: () => ({ registry, committee: committeeAddress, fromBlock: 1, genesisMs: GENESIS_MS }),
    attestations: async (number: number) => (number === commit.epoch ? attested : null),
    commit: async (number: number) => (number === 1 ? before.commit : attested.commit),
    lastCommit: async () => attested.commit,
    block: async () => anchorBlock,
    registrations: async () => registrations,
    sessions: async () => [],
    funding: async () => ({ funded: 10n ** 15n, maxRewardPerSecond: 10_000_000n })
  }
  const fetch = fetchFrom(new Map([...bound.blocks, ...made.blocks, ...first.blocks, ...blocks]))
  const client = { chain, networkId: network.networkId, verifier, fetch } as unknown as Client
  return { client, epoch: commit.epoch, params, registry }
}

const number = honest.commit.epoch
const online = await visitor()
const archive = await archiveEpoch(online)
const check = (bytes: Uint8Array, digest?: Hex32) => verifyArchive({ bytes, epoch: number, digest, verifier })
/** Why a file is refused, null when it is not. */
const faultOf = async (bytes: Uint8Array): Promise<string | null> => {
  try {
    return (await check(bytes)).reason
  } catch (error) {
    if (isCortensorError(error) && ['NODE_ARCHIVE_INVALID', 'STORE_INVALID_CAR'].includes(error.code)) {
      return error.message
    }
    throw error
  }
}

/** A change, and everything that hangs on it made to fit: roots, totals, CID, and the signatures of half the committee. */
function forge(change: (report: Report) => void) {
  const report = structuredClone(honest.report)
  change(report)
  report.resultsRoot = resultsRoot(report.results, report.outcomes)
  report.rewardsRoot = rewardsTree(report.state).root
  const { blocks, cid } = encodeReport(report)
  const commit = { ...honest.commit, resultsRoot: report.resultsRoot, rewardsRoot: report.rewardsRoot, reportCid: cid }
  return { blocks, commit }
}

describe('an archived epoch', () => {
  it('verifies without a network as it does with one, and says what a file cannot show', async () => {
    const { unchecked, ...checked } = await check(archive)
    expect(checked).toEqual(await verifyEpoch(online))
    expect(checked).toMatchObject({ valid: true, results: 1, outcomes: 2, digest: honest.digest })
    expect(unchecked).toHaveLength(4)
    expect(unchecked[0]).toContain(honest.digest)
  })

  it('is the same file for everybody', async () => {
    expect(await archiveEpoch(online)).toEqual(archive)
  })

  it('is compared with the digest that the chain holds', async () => {
    expect(await check(archive, honest.digest)).toMatchObject({ valid: true, unchecked: { length: 3 } })
    const other = await check(archive, hex32Of('another'))
    expect(other).toMatchObject({ valid: false, reason: expect.stringContaining(honest.digest) })
  })

  it('is not of another epoch', async () => {
    const asked = verifyArchive({ bytes: archive, epoch: (number + 1) as typeof number, verifier })
    await expect(asked).rejects.toMatchObject({
      code: 'NODE_ARCHIVE_INVALID',
      message: expect.stringContaining('epoch 2, not 3')
    })
  })

  it.each<[string, (report: Report) => void]>([
    ['results', (report) => report.results.pop()],
    ['outcomes', (report) => report.outcomes.pop()],
    ['rewards', (report) => report.rewards.pop()],
    ['exclusions', (report) => report.exclusions.pop()],
    ['excluded', (report) => (report.excluded += 1)],
    ['observations of 3', (report) => report.observations.splice(0, 2)],
    ['cumulative', (report) => (report.state.cumulative[0]!.amount += 1n)],
    ['bindings', (report) => report.state.bindings.pop()],
    ['skills', (report) => report.state.skills.pop()],
    ['reputations', (report) => report.state.reputations.pop()],
    ['consumed', (report) => report.state.consumed.pop()],
    ['prevReport', (report) => (report.prevReport = honest.cid)],
    ['cutoffMs', (report) => (report.state.cutoffMs += 1)],
    ['paidMs', (report) => (report.paidMs += 1)],
    ['totals', (report) => (report.totals.results += 1)]
  ])('is refused with other %s, however many oracles signed it, and the reason names them', async (path, change) => {
    const bytes = await archiveEpoch(await visitor(forge(change)))
    expect(await faultOf(bytes)).toContain(path)
  })

  it('is refused, by name, without any one of its blocks, and with one more', async () => {
    const { blocks, root } = readCar(archive)
    for (const cid of blocks.keys()) {
      const without = new Map([...blocks].filter(([other]) => other !== cid))
      expect(await faultOf(writeCar({ root, blocks: without }))).toContain(cid)
    }
    const stray = Uint8Array.of(1, 2, 3)
    const cid = blockCid(stray, 'raw')
    expect(await faultOf(writeCar({ root, blocks: new Map([...blocks, [cid, stray]]) }))).toContain(cid)
  })

  it('is refused with any byte changed, and cut anywhere', async () => {
    for (let i = 0; i < archive.byteLength; i += 1 + Math.floor(archive.byteLength / 250)) {
      const changed = archive.slice()
      changed[i]! ^= 1 << (i % 8)
      expect(await faultOf(changed)).not.toBeNull()
      expect(await faultOf(archive.subarray(0, i))).not.toBeNull()
    }
  })

  it('is refused when what it says about the chain is another', async () => {
    const { blocks, root } = readCar(archive)
    const facts = JSON.parse(new TextDecoder().decode(blocks.get(root)))
    const withFacts = (change: object): Uint8Array => {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...facts, ...change }))
      const cid = blockCid(bytes, 'raw')
      return writeCar({ root: cid, blocks: new Map([[cid, bytes], ...[...blocks].filter(([other]) => other !== root)]) })
    }
    const { attested, previous } = facts
    expect(await faultOf(withFacts({}))).toBeNull()
    expect(await faultOf(withFacts({ chainId: 1 }))).toContain('attestations')
    expect(await faultOf(withFacts({ previous: null }))).toContain('epoch before')
    expect(await faultOf(withFacts({ previous: { ...previous, reportCid: honest.cid } }))).toContain('epoch before')
    expect(await faultOf(withFacts({ attested: { ...attested, attestations: [] } }))).toContain('attestations')
    const commit = { ...attested.commit, rewardsRoot: hex32Of('another') }
    expect(await faultOf(withFacts({ attested: { ...attested, commit } }))).toContain('digest')
    expect(await faultOf(withFacts({ genesisMs: 'now' }))).toContain('genesisMs')
    expect(await faultOf(withFacts({ more: 1 }))).toContain('form')
    const { reward } = facts.params
    expect(await faultOf(withFacts({ params: { ...facts.params, reward: { ...reward, microPerSecond: '1' } } }))).toContain(
      'rewards'
    )
  })
})

describe('an explained reward', () => {
  it('adds up to what the report pays, with its evidence', async () => {
    for (const { nodeId } of miners) {
      const explained = await explainEpochReward({ ...online, node: nodeId })
      const paid = honest.report.rewards.find(({ node }) => node === nodeId)!
      expect(explained.total).toBe(paid.base + paid.quiz + paid.work)
      expect(explained).toMatchObject({ report: honest.cid, buckets: [...made.blocks.keys()] })
    }
    const { work } = await explainEpochReward({ ...online, node: minerX.nodeId })
    expect(work.evidence.map(({ transcript }) => transcript)).toEqual(honest.report.results.map(({ transcript }) => transcript))
  })
})
