import { attestationDigest, commitDigest, configHash, packNodeIds, packOperators } from '@cortensor/contracts'
import { cidFromHex32, cidToHex32, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Chain, EpochCommit, EpochNumber, Hex32, Signer } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { committeeAbi } from '../src/abi.js'
import { accountOf, createDirect, type Direct, reverts, word } from './direct.js'
import { createWorld, signersOf, type World } from './world.js'

const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`
const RECOVERY_SECONDS = 7200
const CLAIM_DELAY_SECONDS = 100

describe('oracle committee', () => {
  let world: World
  let direct: Direct
  let chain: Chain
  const governor = accountOf(7)
  const all = signersOf(9)
  const first = all.slice(0, 4)
  const second = all.slice(2, 9)

  beforeEach(async () => {
    world = await createWorld(4, { governor, recoverySeconds: RECOVERY_SECONDS, claimDelaySeconds: CLAIM_DELAY_SECONDS })
    direct = await createDirect(world)
    chain = await world.open()
  })
  afterEach(() => world?.stop())

  const as = (from: Address) => ({ abi: committeeAbi, to: world.deployment.committee, from })
  const argsOf = (members: readonly Signer[], faults = 1, attestations = 2) => [
    hex(packOperators(members)),
    hex(packNodeIds(members)),
    faults,
    attestations
  ]
  const schedule = (from: number, members: readonly Signer[], caller = governor) =>
    direct.send(as(caller), 'scheduleConfig', [from, ...argsOf(members)])
  const hashOf = (members: readonly Signer[], nonce: number): Hex32 =>
    configHash({ chainId: 31337, committee: world.deployment.committee, members, faults: 1, attestations: 2, nonce })
  const config = async () => (await direct.view(as(governor), 'config'))[0]

  /** Of the next commit, attested by the first two of these members. */
  const commitArgs = async (members: readonly Signer[], nonce: number) => {
    const last = await chain.lastCommit()
    const next: EpochCommit = {
      epoch: ((last?.epoch ?? 0) + 1) as EpochNumber,
      prev: last?.digest ?? ZERO_HEX32,
      resultsRoot: word('a1'),
      rewardsRoot: word('b2'),
      reportCid: cidFromHex32(word('c3')),
      totals: { results: 3, rewards: 0n }
    }
    const digest = attestationDigest(
      { chainId: 31337, committee: world.deployment.committee },
      { config: hashOf(members, nonce), epoch: next.epoch, prev: next.prev, view: 0, digest: commitDigest(next) }
    )
    const signatures = await Promise.all(members.slice(0, 2).map((signer) => signer.signDigest(digest)))
    const { epoch, prev, resultsRoot, rewardsRoot, reportCid, totals } = next
    const tuple = [epoch, prev, resultsRoot, rewardsRoot, totals.results, totals.rewards, cidToHex32(reportCid)]
    const packed = `0x${signatures.map((signature) => bytesToHex(signature)).join('')}`
    return { tuple, bitmap: 3, packed }
  }
  const commit = async (members: readonly Signer[], nonce: number): Promise<unknown> => {
    const { bitmap, packed, tuple } = await commitArgs(members, nonce)
    return direct.send(as(accountOf(8)), 'commitEpoch', [tuple, 0, bitmap, packed])
  }

  it('changes at the epoch that was named, and not before', async () => {
    await commit(first, 0)
    await expect(schedule(3, second, accountOf(8))).rejects.toMatchObject(reverts('NotGovernor'))
    for (const early of [0, 1, 2]) {
      await expect(schedule(early, second)).rejects.toMatchObject(reverts('TooEarly'))
    }
    const { events } = await schedule(4, second)
    const next = hashOf(second, 1)
    expect(events).toMatchObject([{ name: 'ConfigScheduled', args: { config: next, from: 4n, nonce: 1n } }])
    expect(await direct.view(as(governor), 'next')).toEqual([next, 4n])
    expect(await config()).toBe(hashOf(first, 0))
    await expect(commit(second, 1)).rejects.toMatchObject(reverts('BadSignature'))
    await commit(first, 0)
    expect((await chain.committee()).config).toBe(hashOf(first, 0))
    await commit(first, 0)
    const active = await chain.committee()
    expect(active).toEqual({
      config: next,
      members: second.map(({ operator, nodeId }) => ({ operator, nodeId })),
      faults: 1,
      attestations: 2
    })
    expect(await direct.view(as(governor), 'next')).toEqual([ZERO_HEX32, 0n])
    await expect(commit(first, 0)).rejects.toMatchObject(reverts('BadSignature'))
    await commit(second, 1)
    await commit(second, 1)
    expect((await chain.attestations(3 as EpochNumber))?.committee.config).toBe(hashOf(first, 0))
    expect((await chain.attestations(4 as EpochNumber))?.committee.config).toBe(next)
  })

  it('forgets a schedule that is replaced, and never uses a nonce twice', async () => {
    await schedule(2, second)
    await schedule(3, first)
    await commit(first, 0)
    expect(await config()).toBe(hashOf(first, 0))
    await commit(first, 0)
    expect(await config()).toBe(hashOf(first, 2))
    // The members are the same, and an attestation for the former configuration is worth nothing.
    await expect(commit(first, 0)).rejects.toMatchObject(reverts('BadSignature'))
    await commit(first, 2)
  })

  it('refuses configurations that cannot be safe', async () => {
    const invalid: [readonly Signer[], number, number][] = [
      [all.slice(0, 2), 1, 2],
      [first, 0, 1],
      [first, 2, 3],
      [first, 1, 1],
      [first, 1, 4],
      [signersOf(32), 1, 2],
      [[...first, first[1] as Signer], 1, 2],
      [[...first, { ...(all[5] as Signer), operator: `0x${'00'.repeat(20)}` as Address }], 1, 2]
    ]
    for (const [members, faults, attestations] of invalid) {
      const call = direct.simulate(as(governor), 'scheduleConfig', [2, ...argsOf(members, faults, attestations)])
      await expect(call).rejects.toMatchObject(reverts('InvalidConfig'))
    }
    for (const [members, faults, attestations] of [
      [all.slice(0, 3), 1, 2],
      [signersOf(31), 10, 21]
    ] as const) {
      await direct.simulate(as(governor), 'scheduleConfig', [2, ...argsOf(members, faults, attestations)])
    }
    const [operators, nodeIds] = argsOf(first) as [string, string]
    for (const torn of [
      [operators.slice(0, -2), nodeIds],
      [operators, nodeIds.slice(0, -2)]
    ]) {
      const call = direct.simulate(as(governor), 'scheduleConfig', [2, ...torn, 1, 2])
      await expect(call).rejects.toMatchObject(reverts('InvalidConfig'))
    }
  })

  it('takes signatures of members, as many as it needs and nothing besides', async () => {
    const { bitmap, packed, tuple } = await commitArgs(first, 0)
    for (const [bits, bytes] of [
      [bitmap, `${packed}00`],
      [bitmap, packed.slice(0, -2)],
      [0b00111, packed],
      [0b00001, packed],
      [0b10001, packed],
      [2 ** first.length + bitmap, packed]
    ] as const) {
      const call = direct.simulate(as(accountOf(8)), 'commitEpoch', [tuple, 0, bits, bytes])
      await expect(call).rejects.toMatchObject(reverts('WrongSignatureCount'))
    }
    await commit(first, 0)
  })

  it('takes no part of a node id for a member', async () => {
    const thief = all[8] as Signer
    const [operators, nodeIds, faults, attestations] = argsOf(first) as [string, string, number, number]
    // Ids follow the accounts, so that the first one lies where a fifth account would.
    const forged = `${thief.operator}${nodeIds.slice(thief.operator.length)}`
    const args = [2, operators, forged, faults, attestations]
    const { events } = await direct.send(as(governor), 'scheduleConfig', args)
    const config = events[0]?.args.config as Hex32
    const [epoch, prev, view] = [2 as EpochNumber, ZERO_HEX32, 0]
    const sign = async (digest: Hex32) => {
      const place = { chainId: 31337, committee: world.deployment.committee }
      const signature = bytesToHex(await thief.signDigest(attestationDigest(place, { config, epoch, prev, view, digest })))
      return [`0x${signature.slice(0, 64)}`, `0x${signature.slice(64)}`]
    }
    const digests = [word('01'), word('02')] as const
    const evidence = [config, first.length, epoch, prev, view, digests, await Promise.all(digests.map(sign))]
    const call = direct.simulate(as(accountOf(8)), 'punishEquivocation', [evidence])
    await expect(call).rejects.toMatchObject(reverts('BadSignature'))
  })

  it('tells the root of an epoch when another one has followed and the claim delay is over, to the second', async () => {
    const settledRoot = (epoch: number) => direct.view(as(governor), 'settledRoot', [epoch])
    const mineAt = async (seconds: bigint) => {
      await world.dev.request('evm_setNextBlockTimestamp', [Number(seconds)])
      await world.dev.request('evm_mine')
    }
    await commit(first, 0)
    const committedAt = (await direct.view(as(governor), 'head'))[4] as bigint
    const settledAt = BigInt(world.deployment.genesisMs / 1000) + committedAt + BigInt(CLAIM_DELAY_SECONDS)
    await direct.pass(CLAIM_DELAY_SECONDS - 50)
    await commit(first, 0)
    await mineAt(settledAt - 1n)
    await expect(settledRoot(1)).rejects.toMatchObject(reverts('TooRecent'))
    await mineAt(settledAt)
    expect(await settledRoot(1)).toEqual([word('b2')])
    await direct.pass(CLAIM_DELAY_SECONDS)
    await expect(settledRoot(2)).rejects.toMatchObject(reverts('TooRecent'))
    for (const epoch of [0, 3]) {
      await expect(settledRoot(epoch)).rejects.toMatchObject(reverts('NotInRing'))
    }
  })

  it('recovers from a silent committee, and only from a silent one', async () => {
    const recover = (caller = governor) => direct.send(as(caller), 'recover', argsOf(second))
    await expect(recover()).rejects.toMatchObject(reverts('NotSilent'))
    await direct.pass(RECOVERY_SECONDS - 60)
    await commit(first, 0)
    await schedule(9, first)
    await direct.pass(RECOVERY_SECONDS - 60)
    await expect(recover()).rejects.toMatchObject(reverts('NotSilent'))
    await direct.pass(60)
    await expect(recover(accountOf(8))).rejects.toMatchObject(reverts('NotGovernor'))
    const { events } = await recover()
    expect(events).toMatchObject([{ name: 'ConfigScheduled', args: { from: 2n, nonce: 2n } }])
    // The schedule of the committee that fell silent is gone.
    expect(await direct.view(as(governor), 'next')).toEqual([ZERO_HEX32, 0n])
    await expect(commit(first, 0)).rejects.toMatchObject(reverts('BadSignature'))
    await commit(second, 2)
    await expect(recover()).rejects.toMatchObject(reverts('NotSilent'))
  })
})
