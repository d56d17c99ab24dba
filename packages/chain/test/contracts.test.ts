import { attestationDigest, commitDigest, configHash, nodeIdsHash, packOperators, rewardLeaf } from '@cortensor/contracts'
import {
  bytesToHex32,
  cidFromHex32,
  cidToHex32,
  createMerkleTree,
  keccak256,
  nodeIdToPublicKey,
  ZERO_HEX32
} from '@cortensor/crypto'
import {
  type Address,
  type Chain,
  type ChainReceipt,
  type EpochCommit,
  type EpochNumber,
  type Hex32,
  ROLE_BITS,
  type Signer
} from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { type Interface, SigningKey } from 'ethers'
import { afterEach, describe, expect, it } from 'vitest'
import { committeeAbi, distributorAbi, registryAbi } from '../src/abi.js'
import { callView } from '../src/reader.js'
import { createRpc } from '../src/rpc.js'
import { createTransactionQueue } from '../src/transactions.js'
import { createWorld, fillRingEntry, hexKeyOf, type World } from './world.js'

const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32

/** Gas of a commit and of a claim, as committed here: what a change of the contracts does to it shows in review. */
const GAS = { commitOf4: 63_500n, commitOf7: 68_500n, repeatClaim: 52_800n, repeatDelayedClaim: 57_000n }

describe('contracts', () => {
  let world: World | undefined
  afterEach(async () => {
    await world?.stop()
    world = undefined
  })

  const attestAndCommit = async (
    { deployment, signers }: World,
    chain: Chain,
    rewards: bigint,
    rewardsRoot: Hex32
  ): Promise<{ receipt: ChainReceipt; commit: EpochCommit }> => {
    const last = await chain.lastCommit()
    const committee = await chain.committee()
    const commit: EpochCommit = {
      epoch: ((last?.epoch ?? 0) + 1) as EpochNumber,
      prev: last?.digest ?? ZERO_HEX32,
      resultsRoot: bytesToHex32(keccak256(Uint8Array.of(Number(rewards % 251n)))),
      rewardsRoot,
      reportCid: cidFromHex32(bytesToHex32(keccak256(Uint8Array.of(7)))),
      totals: { results: 10_000, rewards }
    }
    const digest = attestationDigest(
      { chainId: chain.chainId(), committee: deployment.committee },
      { config: committee.config, epoch: commit.epoch, prev: commit.prev, view: 0, digest: commitDigest(commit) }
    )
    const signatures = await Promise.all(
      signers.slice(0, committee.attestations).map(async (signer: Signer, index) => ({
        index,
        signature: await signer.signDigest(digest)
      }))
    )
    const receipt = await chain.send({ type: 'commitEpoch', commit, view: 0, signatures })
    return { receipt, commit }
  }

  it('computes the same digests as the helpers in TypeScript', async () => {
    world = await createWorld(5)
    const chain = await world.open()
    const { committee: address } = world.deployment
    const rpc = createRpc({ urls: [world.dev.rpcUrl], timeoutMs: 30_000, clock: createRealClock() })
    const view = async (name: string, args: unknown[]) => (await callView(rpc, committeeAbi, address, name, args))[0]
    const members = world.signers
    const commit: EpochCommit = {
      epoch: 7 as EpochNumber,
      prev: hex32('11'),
      resultsRoot: hex32('22'),
      rewardsRoot: hex32('33'),
      reportCid: cidFromHex32(hex32('44')),
      totals: { results: 12, rewards: 345_678n }
    }
    const tuple = [7, commit.prev, commit.resultsRoot, commit.rewardsRoot, 12, 345_678n, cidToHex32(commit.reportCid)]
    expect(await view('digestOf', [tuple])).toBe(commitDigest(commit))
    const attestation = { config: hex32('55'), epoch: commit.epoch, prev: commit.prev, view: 3, digest: hex32('66') }
    expect(await view('attestationDigest', [hex32('55'), 7, commit.prev, 3, hex32('66')])).toBe(
      attestationDigest({ chainId: chain.chainId(), committee: address }, attestation)
    )
    const operatorsHash = bytesToHex32(keccak256(packOperators(members)))
    expect(await view('configHash', [operatorsHash, nodeIdsHash(members), 1, 2, 9])).toBe(
      configHash({ chainId: chain.chainId(), committee: address, members, faults: 1, attestations: 2, nonce: 9 })
    )
    await rpc.close()
  })

  it('keeps the last 64 commits, and writes over the oldest for little gas', async () => {
    world = await createWorld(4)
    const { committee } = world.deployment
    const chain = await world.open(0, { pollIntervalMs: 5 })
    await world.dev.request('evm_increaseTime', [10_000])
    const { receipt: fresh, commit: first } = await attestAndCommit(world, chain, 1_000_000n, hex32('a1'))
    const rpc = createRpc({ urls: [world.dev.rpcUrl], timeoutMs: 30_000, clock: createRealClock() })
    const digestAt = async (epoch: number) => (await callView(rpc, committeeAbi, committee, 'digestAt', [epoch]))[0]
    expect(await digestAt(1)).toBe(commitDigest(first))
    await world.dev.request('evm_setIntervalMining', [0])
    await world.dev.request('evm_setAutomine', [true])
    for (let epoch = 2; epoch <= 64; epoch++) {
      await attestAndCommit(world, chain, BigInt(epoch) * 1_000_000n, bytesToHex32(keccak256(Uint8Array.of(epoch))))
    }
    const { receipt, commit } = await attestAndCommit(world, chain, 65_000_000n, hex32('b1'))
    expect(commit.epoch).toBe(65)
    expect(await digestAt(65)).toBe(commitDigest(commit))
    expect(await digestAt(2)).toMatch(/^0x/)
    for (const epoch of [0, 1, 66]) {
      await expect(digestAt(epoch)).rejects.toMatchObject({ details: { reason: 'NotInRing' } })
    }
    expect(receipt.gasUsed).toBeLessThanOrEqual(GAS.commitOf4)
    console.info(`commitEpoch with 4 oracles: ${fresh.gasUsed} gas, ${receipt.gasUsed} once the ring is in use`)
    await rpc.close()
  }, 90_000)

  it('commits with seven oracles for little gas', async () => {
    world = await createWorld(7)
    const chain = await world.open(0)
    const { receipt: fresh } = await attestAndCommit(world, chain, 0n, hex32('a1'))
    await fillRingEntry(world, 2)
    await world.dev.request('evm_increaseTime', [10_000])
    const { receipt } = await attestAndCommit(world, chain, 65_000_000n, hex32('b1'))
    expect(receipt.gasUsed).toBeLessThanOrEqual(GAS.commitOf7)
    console.info(`commitEpoch with 7 oracles: ${fresh.gasUsed} gas, ${receipt.gasUsed} once the ring is in use`)
  })

  it('pays only roots of the claim delay, and no more than was committed', async () => {
    world = await createWorld(4, { claimDelaySeconds: 3600 })
    const chain = await world.open(0)
    const operator = chain.account as Address
    await world.dev.request('evm_increaseTime', [10_000])
    const claimOf = (cumulative: bigint, tree: ReturnType<typeof createMerkleTree>) =>
      ({ type: 'claim', operator, cumulative, proof: tree.proof(rewardLeaf(operator, cumulative)) ?? [] }) as const
    const treeOf = (cumulative: bigint) =>
      createMerkleTree([rewardLeaf(operator, cumulative), ...['01', '02', '03', '04'].map((byte) => hex32(byte))])
    await expect(chain.simulate(claimOf(500n, treeOf(500n)))).rejects.toMatchObject({ details: { reason: 'NoRootYet' } })
    await attestAndCommit(world, chain, 1000n, treeOf(500n).root)
    await expect(chain.simulate(claimOf(500n, treeOf(500n)))).rejects.toMatchObject({ details: { reason: 'NoRootYet' } })
    await world.dev.request('evm_increaseTime', [3600])
    await attestAndCommit(world, chain, 1000n, treeOf(600n).root)
    await expect(chain.simulate(claimOf(600n, treeOf(600n)))).rejects.toMatchObject({ details: { reason: 'InvalidProof' } })
    const first = await chain.send(claimOf(500n, treeOf(500n)))
    await world.dev.request('evm_increaseTime', [3600])
    await attestAndCommit(world, chain, 1000n, treeOf(1001n).root)
    const repeat = await chain.send(claimOf(600n, treeOf(600n)))
    expect(await chain.claimed(operator)).toBe(600n)
    expect(repeat.gasUsed).toBeLessThanOrEqual(GAS.repeatDelayedClaim)
    await world.dev.request('evm_increaseTime', [3600])
    await world.dev.request('evm_mine')
    // A leaf above the committed total: what stolen keys might sign.
    await expect(chain.simulate(claimOf(1001n, treeOf(1001n)))).rejects.toMatchObject({
      details: { reason: 'ClaimsExceedRewards' }
    })
    console.info(`claim with a delay: first ${first.gasUsed}, repeated ${repeat.gasUsed} gas`)
  })

  it('claims again for little gas', async () => {
    world = await createWorld(4)
    const chain = await world.open(0)
    const operator = chain.account as Address
    await world.dev.request('evm_increaseTime', [10_000])
    const used: bigint[] = []
    for (const cumulative of [500n, 600n]) {
      const others = Array.from({ length: 15 }, (_, i) => bytesToHex32(keccak256(Uint8Array.of(i))))
      const tree = createMerkleTree([rewardLeaf(operator, cumulative), ...others])
      await attestAndCommit(world, chain, 1000n, tree.root)
      const proof = tree.proof(rewardLeaf(operator, cumulative)) ?? []
      expect(proof).toHaveLength(4)
      used.push((await chain.send({ type: 'claim', operator, cumulative, proof })).gasUsed)
    }
    expect(used[1]).toBeLessThanOrEqual(GAS.repeatClaim)
    console.info(`claim among 16: first ${used[0]}, repeated ${used[1]} gas`)
  })

  it('gives a stake back after the unbonding delay, and only then', async () => {
    world = await createWorld(4, { unbondingSeconds: 600 })
    const { deployment, dev } = world
    const chain = await world.open(0)
    const operator = chain.account as Address
    const stake = await chain.minimumStake(ROLE_BITS.oracle)
    const nodeId = world.signers[0]?.nodeId as Signer['nodeId']
    const key = bytesToHex32(nodeIdToPublicKey(nodeId))
    await chain.send({ type: 'faucet', to: operator, amount: stake })
    await chain.send({ type: 'approve', spender: deployment.registry, amount: stake })
    await chain.send({ type: 'register', nodeId, roles: ROLE_BITS.oracle, stake, payout: operator })

    const rpc = createRpc({ urls: [dev.rpcUrl], timeoutMs: 30_000, clock: createRealClock() })
    const queue = createTransactionQueue({
      ...{ rpc, key: new SigningKey(hexKeyOf(0)), chainId: 31337, clock: createRealClock(), pollIntervalMs: 50 },
      ...{ stuckAfterMs: 10_000, sendTimeoutMs: 10_000, confirmations: 1, maxFeePerGas: 10n ** 12n }
    })
    const call = (abi: Interface, to: Address, name: string, args: unknown[]) =>
      queue.send({ to, data: abi.encodeFunctionData(name, args) })
    const reverts = (reason: string) => ({ code: 'CHAIN_REVERTED', details: { reason } })
    const withdraw = () => call(registryAbi, deployment.registry, 'withdraw', [key])
    await expect(withdraw()).rejects.toMatchObject(reverts('NotUnbonding'))
    await call(registryAbi, deployment.registry, 'unbond', [key])
    expect(await chain.registrations()).toEqual([])
    await expect(call(registryAbi, deployment.registry, 'unbond', [key])).rejects.toMatchObject(reverts('NotRegistered'))
    await expect(withdraw()).rejects.toMatchObject(reverts('StillUnbonding'))
    await dev.request('evm_increaseTime', [600])
    await withdraw()
    expect((await chain.balances(operator)).token).toBe(stake)
    await expect(withdraw()).rejects.toMatchObject(reverts('NotUnbonding'))

    const link = [deployment.committee, deployment.distributor, deployment.sessions, 0]
    await expect(call(registryAbi, deployment.registry, 'link', link)).rejects.toMatchObject(reverts('NotDeployer'))
    await expect(call(distributorAbi, deployment.distributor, 'setPayout', [operator, operator])).rejects.toMatchObject(
      reverts('NotRegistry')
    )
    await expect(call(distributorAbi, deployment.distributor, 'fund', [1])).rejects.toMatchObject(
      reverts('ERC20InsufficientAllowance')
    )
    await rpc.close()
    await queue.stop()
  })
})
