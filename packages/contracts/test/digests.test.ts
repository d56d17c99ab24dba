import { cidFromHex32, publicKeyToNodeId } from '@cortensor/crypto'
import type { Address, EpochCommit, EpochNumber, Hex32, NodeId, TaskId } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attestationDigest,
  commitDigest,
  configHash,
  falseWindowLeaf,
  nodeIdsHash,
  packOperators,
  rewardLeaf
} from '../src/index.js'

const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32
const committee = '0x00112233445566778899aabbccddeeff00112233' as Address
const domain = { chainId: 31337, committee }
const members = [1, 2, 3].map((i) => ({
  operator: `0x${String(i).repeat(40)}` as Address,
  nodeId: publicKeyToNodeId(new Uint8Array(32).fill(i))
}))
const commit: EpochCommit = {
  epoch: 7 as EpochNumber,
  prev: hex32('11'),
  resultsRoot: hex32('22'),
  rewardsRoot: hex32('33'),
  reportCid: cidFromHex32(hex32('44')),
  totals: { results: 12, rewards: 345_678n }
}

// Golden values: computed by ethers' AbiCoder and TypedDataEncoder, which share no code with this package.
describe('digests', () => {
  it('hashes a commit', () => {
    expect(commitDigest(commit)).toBe('0xf1338d016e2baa96a2012599766e29d1947ab32f7c90c6ee5bd5837512a96b6f')
  })

  it('hashes an attestation for one contract on one chain', () => {
    const attestation = { config: hex32('55'), epoch: commit.epoch, prev: commit.prev, view: 3, digest: hex32('66') }
    expect(attestationDigest(domain, attestation)).toBe('0x501a91e222247f5bdbc362a55b4b332b6c0e88dc74cf37c610f95a29470ef407')
    expect(attestationDigest({ ...domain, chainId: 1 }, attestation)).not.toBe(attestationDigest(domain, attestation))
  })

  it('hashes a configuration', () => {
    expect(configHash({ ...domain, members, faults: 1, attestations: 2, nonce: 0 })).toBe(
      '0x26a4b146e20d2c938dcb04e2bde1581ed4516be795bc12a7987b1ddb765387eb'
    )
  })

  it('hashes a reward leaf', () => {
    expect(rewardLeaf(committee, 1_000_000n)).toBe('0x319c92fb26d77a3a2c304ff147806303d1c4c2bce69f07b28ea2b9b1b648a7fc')
  })

  it('hashes a leaf for a false window', () => {
    const fault = { operator: committee, node: members[0]?.nodeId as NodeId, subject: 'ab'.repeat(32) as TaskId, window: 3 }
    expect(falseWindowLeaf(fault)).toBe('0xa4938577e4962ad552bc814d69d65d0c9fed13ed2e6158a4ceb6c51e6bc3303b')
    expect(() => falseWindowLeaf({ ...fault, subject: 'ab' as TaskId })).toThrow(RangeError)
  })

  it('packs members in their order', () => {
    expect(packOperators(members).byteLength).toBe(60)
    expect(nodeIdsHash([...members].reverse())).not.toBe(nodeIdsHash(members))
  })

  it('refuses what does not fit', () => {
    expect(() => rewardLeaf(committee, -1n)).toThrow(RangeError)
    expect(() => rewardLeaf('0x12' as Address, 1n)).toThrow(RangeError)
    expect(() => commitDigest({ ...commit, reportCid: 'nonsense' as EpochCommit['reportCid'] })).toThrow(RangeError)
  })

  it('changes with every field of a commit', () => {
    const word = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as Hex32)
    const anyCommit = fc.record({
      epoch: fc.integer({ min: 1 }).map((epoch) => epoch as EpochNumber),
      prev: word,
      resultsRoot: word,
      rewardsRoot: word,
      reportCid: word.map(cidFromHex32),
      totals: fc.record({ results: fc.nat(), rewards: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }) })
    })
    fc.assert(
      fc.property(anyCommit, anyCommit, (a, b) => {
        const mixed = { ...a, rewardsRoot: b.rewardsRoot, totals: { ...a.totals, results: b.totals.results } }
        const same = a.rewardsRoot === b.rewardsRoot && a.totals.results === b.totals.results
        expect(commitDigest(mixed) === commitDigest(a)).toBe(same)
      }),
      { numRuns: 50 }
    )
  })
})
