import { attestationDigest, commitDigest } from '@cortensor/contracts'
import { bytesToHex32, cidFromHash, createSigner, createVerifier, sha256, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Committee, EpochCommit, EpochNumber, Hex32 } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { type AttestedCommit, checkAttestations } from '../src/index.js'

const hash = (text: string): Hex32 => bytesToHex32(sha256(utf8ToBytes(text)))

const signers = [0, 1, 2, 3].map((i) =>
  createSigner({ nodeSeed: sha256(utf8ToBytes(`node ${i}`)), operatorKey: sha256(utf8ToBytes(`operator ${i}`)) })
)
const committee: Committee = {
  config: hash('config'),
  members: signers.map(({ nodeId, operator }) => ({ nodeId, operator })),
  faults: 1,
  attestations: 2
}
const commit: EpochCommit = {
  epoch: 1 as EpochNumber,
  prev: ZERO_HEX32,
  resultsRoot: hash('results'),
  rewardsRoot: hash('rewards'),
  reportCid: cidFromHash(sha256(utf8ToBytes('report'))),
  totals: { results: 3, rewards: 12_345n }
}
const chainId = 31_337
const committeeAddress = `0x${'42'.repeat(20)}` as Address
const verifier = createVerifier()

async function attest(index: number, view = 0, signed = commit) {
  const digest = attestationDigest(
    { chainId, committee: committeeAddress },
    { config: committee.config, epoch: signed.epoch, prev: signed.prev, view, digest: commitDigest(signed) }
  )
  return { index, signature: await (signers[index] as (typeof signers)[number]).signDigest(digest) }
}

const check = (attestations: AttestedCommit['attestations'], changes: Partial<AttestedCommit> = {}): Promise<boolean> =>
  checkAttestations(verifier, { chainId, committeeAddress, committee, commit, view: 0, attestations, ...changes })

describe('attestations', () => {
  it('of enough members hold', async () => {
    expect(await check([await attest(0), await attest(2)])).toBe(true)
    expect(await check([await attest(0), await attest(1), await attest(3)])).toBe(true)
  })

  it('of too few, of one member twice or out of order do not', async () => {
    const [first, third] = [await attest(0), await attest(2)]
    expect(await check([])).toBe(false)
    expect(await check([first])).toBe(false)
    expect(await check([first, first])).toBe(false)
    expect(await check([third, first])).toBe(false)
    expect(await check([first, { ...third, index: 1 }])).toBe(false)
    expect(await check([first, { ...third, index: 9 }])).toBe(false)
    expect(await check([first, { index: 2, signature: new Uint8Array(64) }])).toBe(false)
  })

  it('hold for one commit, view, chain and contract only', async () => {
    const attestations = [await attest(0), await attest(2)]
    expect(await check(attestations, { view: 1 })).toBe(false)
    expect(await check(attestations, { chainId: chainId + 1 })).toBe(false)
    expect(await check(attestations, { committeeAddress: `0x${'43'.repeat(20)}` as Address })).toBe(false)
    expect(await check(attestations, { committee: { ...committee, config: hash('other') } })).toBe(false)
    expect(await check(attestations, { commit: { ...commit, totals: { ...commit.totals, rewards: 12_346n } } })).toBe(false)
  })
})
