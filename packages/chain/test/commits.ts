import { attestationDigest, commitDigest } from '@cortensor/contracts'
import { cidFromHex32, ZERO_HEX32 } from '@cortensor/crypto'
import type { Chain, ChainCall, EpochNumber, Hex32, Signer } from '@cortensor/interface'
import type { World } from './world.js'

export type CommitCall = Extract<ChainCall, { type: 'commitEpoch' }>

const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32

/** The next commit, attested by the first two members; different `results` make different reports of one epoch. */
export async function nextCommit(world: World, chain: Chain, results = 3): Promise<CommitCall> {
  const [committee, last] = await Promise.all([chain.committee(), chain.lastCommit()])
  const commit = {
    epoch: ((last?.epoch ?? 0) + 1) as EpochNumber,
    prev: last?.digest ?? ZERO_HEX32,
    resultsRoot: hex32('a1'),
    rewardsRoot: hex32('b2'),
    reportCid: cidFromHex32(hex32('c3')),
    totals: { results, rewards: last?.totals.rewards ?? 0n }
  }
  const domain = { chainId: chain.chainId(), committee: chain.deployment().committee }
  const view = 0
  const { config } = committee
  const digest = attestationDigest(domain, {
    config,
    epoch: commit.epoch,
    prev: commit.prev,
    view,
    digest: commitDigest(commit)
  })
  const signatures = await Promise.all(
    [0, 1].map(async (index) => ({ index, signature: await (world.signers[index] as Signer).signDigest(digest) }))
  )
  return { type: 'commitEpoch', commit, view, signatures }
}
