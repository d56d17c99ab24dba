import { readFileSync } from 'node:fs'
import { attestationDigest, commitDigest, falseWindowLeaf, rewardLeaf, settlementLeaf } from '@cortensor/contracts'
import { bytesToHex32, cidFromHex32, createMerkleTree, keccak256, publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, EpochCommit, EpochNumber, Hex32, Signer, TaskId } from '@cortensor/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { committeeAbi, distributorAbi, registryAbi, sessionsAbi, tokenAbi } from '../src/abi.js'
import { encodeCall } from '../src/calls.js'
import { accountOf, createDirect, type Direct, word } from './direct.js'
import { createWorld, fillRingEntry, type World } from './world.js'

/**
 * Gas of whole transactions, with storage that was used before. A change of the contracts changes this file too, so that its price shows
 * in review; figures move by a few bytes of calldata with the signatures.
 */
const SNAPSHOT = JSON.parse(readFileSync(new URL('gas.json', import.meta.url), 'utf8')) as Record<string, number>
/** Zero bytes of calldata cost 4 gas, others 16: hashes and signatures hold more or fewer of them. */
const TOLERANCE = 150
const SIZES = [4, 7, 16, 31]
/** Leaves of the tree in which a claim or a settlement is proved: each doubling adds a hash. */
const TREES = [4, 16, 1024]

describe('gas', () => {
  let world: World | undefined
  afterEach(async () => {
    await world?.stop()
    world = undefined
  })

  /** All figures of a test at once, so that a change shows what it does to each. */
  const expectGas = (used: Record<string, bigint>): void => {
    const near = (name: string, gas: number): boolean => Math.abs(gas - (SNAPSHOT[name] ?? 0)) <= TOLERANCE
    const told = Object.entries(used).map(([name, gas]) => [name, near(name, Number(gas)) ? SNAPSHOT[name] : Number(gas)])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(Object.keys(used).map((name) => [name, SNAPSHOT[name]])))
  }

  const commitOf = async (
    { deployment, signers }: World,
    direct: Direct,
    last: { epoch: number; digest: Hex32 },
    changes: Partial<EpochCommit>
  ) => {
    const target = { abi: committeeAbi, to: deployment.committee, from: accountOf(9) }
    const commit: EpochCommit = {
      epoch: (last.epoch + 1) as EpochNumber,
      prev: last.digest,
      resultsRoot: bytesToHex32(keccak256(Uint8Array.of(1, last.epoch))),
      rewardsRoot: bytesToHex32(keccak256(Uint8Array.of(2, last.epoch))),
      reportCid: cidFromHex32(bytesToHex32(keccak256(Uint8Array.of(3)))),
      totals: { results: 10_000, rewards: BigInt(last.epoch + 1) * 1_000_000n },
      ...changes
    }
    const config = (await direct.view(target, 'config'))[0] as Hex32
    const attestations = Number((await direct.view(target, 'membersOf', [config]))[3])
    const attestation = { config, epoch: commit.epoch, prev: commit.prev, view: 0, digest: commitDigest(commit) }
    const digest = attestationDigest({ chainId: 31337, committee: deployment.committee }, attestation)
    // The members that are furthest apart: a bitmap is searched from its first bit to its last.
    const indices = signers.map((_, i) => i).slice(-attestations)
    const sign = async (index: number) => ({ index, signature: await (signers[index] as Signer).signDigest(digest) })
    const signatures = await Promise.all(indices.map(sign))
    const call = { type: 'commitEpoch', commit, view: 0, signatures } as const
    const args = committeeAbi.decodeFunctionData('commitEpoch', encodeCall(call, deployment).data).toArray(true)
    const { gasUsed } = await direct.send(target, 'commitEpoch', args)
    return { gasUsed, epoch: commit.epoch as number, digest: attestation.digest }
  }

  it.each(SIZES)('of a commit by %i oracles is as it was', async (size) => {
    world = await createWorld(size)
    const direct = await createDirect(world)
    await direct.pass(10_000)
    const first = await commitOf(world, direct, { epoch: 0, digest: ZERO_HEX32 }, {})
    await fillRingEntry(world, 2)
    const repeated = await commitOf(world, direct, first, {})
    expectGas({ [`commitEpoch of ${size}`]: repeated.gasUsed })
    const few = await commitOf(world, direct, repeated, { totals: { results: 1, rewards: 2_000_000n } })
    const many = await commitOf(world, direct, few, { totals: { results: 100_000, rewards: 3_000_000n } })
    // The number of results costs nothing but its bytes.
    expect(Math.abs(Number(many.gasUsed - few.gasUsed))).toBeLessThan(TOLERANCE)
  })

  it('of claims, settlements and registrations is as it was', async () => {
    world = await createWorld(4)
    const direct = await createDirect(world)
    const { token, registry, distributor, sessions } = world.deployment
    const operator = accountOf(1)
    const target = (abi: typeof tokenAbi, to: Address) => ({ abi, to, from: operator })
    const send = async (...args: Parameters<Direct['send']>) => (await direct.send(...args)).gasUsed
    await direct.pass(10_000)
    await direct.send(target(tokenAbi, token), 'faucet', [operator, 10_000_000_000n])
    for (const spender of [registry, sessions]) {
      await direct.send(target(tokenAbi, token), 'approve', [spender, 2n ** 255n])
    }
    const register = (byte: string) => send(target(registryAbi, registry), 'register', [word(byte), 1, 100_000_000n, operator])
    await register('01')
    const used: Record<string, bigint> = {
      register: await register('02'),
      'register again': await register('02'),
      unbond: await send(target(registryAbi, registry), 'unbond', [word('02')])
    }

    const terms = [1, 2, true, 1, 3, 1, 2, 300, 5, 2_000_000n]
    const create = () => send(target(sessionsAbi, sessions), 'create', [terms, word('aa'), [word('01')], 'name', ''])
    await create()
    used['create session'] = await create()
    await direct.send(target(sessionsAbi, sessions), 'deposit', [1, 1_000_000n])
    used.deposit = await send(target(sessionsAbi, sessions), 'deposit', [1, 1_000_000n])

    let last: { epoch: number; digest: Hex32 } = { epoch: 0, digest: ZERO_HEX32 }
    for (const [i, size] of [16, ...TREES].entries()) {
      const amount = BigInt(i + 1) * 100_000n
      const [reward, settlement] = [rewardLeaf(operator, amount), settlementLeaf(1, amount)]
      const others = Array.from({ length: size - 2 }, (_, j) => bytesToHex32(keccak256(Uint8Array.of(j, j >> 8))))
      const tree = createMerkleTree([reward, settlement, ...others])
      last = await commitOf(world, direct, last, { rewardsRoot: tree.root })
      const again = i === 0 ? '' : ' again'
      used[`claim${again} among ${size}`] = await send(target(distributorAbi, distributor), 'claim', [
        operator,
        amount,
        tree.proof(reward) ?? []
      ])
      used[`settle${again} among ${size}`] = await send(target(sessionsAbi, sessions), 'settle', [
        1,
        amount,
        tree.proof(settlement) ?? []
      ])
    }
    // A miner's stake is slashed once; in storage that no slash has used before.
    const fault = { operator, node: publicKeyToNodeId(new Uint8Array(32).fill(1)), subject: 'ab'.repeat(32) as TaskId, window: 2 }
    const leaf = falseWindowLeaf(fault)
    const tree = createMerkleTree([leaf, ...Array.from({ length: 15 }, (_, j) => bytesToHex32(keccak256(Uint8Array.of(j))))])
    const committed = await commitOf(world, direct, last, { rewardsRoot: tree.root })
    await commitOf(world, direct, committed, {})
    const args = [committed.epoch, [operator, word('01'), `0x${fault.subject}`, fault.window], tree.proof(leaf) ?? []]
    used['punish a false window among 16'] = await send(target(registryAbi, registry), 'punishFalseWindow', args)
    expectGas(used)
  })
})
