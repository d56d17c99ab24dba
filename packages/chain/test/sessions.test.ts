import { attestationDigest, commitDigest, rewardLeaf, settlementLeaf } from '@cortensor/contracts'
import { cidFromHex32, createMerkleTree, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Chain, EpochCommit, EpochNumber, Hex32, Signer } from '@cortensor/interface'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { committeeAbi, sessionsAbi, tokenAbi } from '../src/abi.js'
import { encodeCall } from '../src/calls.js'
import { accountOf, createDirect, type Direct, reverts, word } from './direct.js'
import { createWorld, type World } from './world.js'

const COR = 1_000_000n
const SETTLEMENT_SECONDS = 600
const DAY = 86_400
/** As documented: mode, level, redundancy, nodes, validators, reserve, executions, price. */
const terms = {
  ...{ mode: 1, sla: 2, redundant: true, minNodes: 1, maxNodes: 3, validators: 1 },
  ...{ reservedNodes: 2, reserveSeconds: 300, maxExecutions: 5, maxPrice: 2n * COR }
}
const model = word('aa')

describe('session manager', () => {
  let world: World
  let direct: Direct
  let chain: Chain
  let sessions: Address
  const owner = accountOf(1)
  const other = accountOf(2)
  const as = (from: Address) => ({ abi: sessionsAbi, to: sessions, from })
  const token = (from: Address) => ({ abi: tokenAbi, to: world.deployment.token, from })
  const create = async (routers: readonly Hex32[] = [], changes: Partial<typeof terms> = {}): Promise<bigint> => {
    const { events } = await direct.send(as(owner), 'create', [{ ...terms, ...changes }, model, routers, 'name', 'metadata'])
    return events[0]?.args.sessionId as bigint
  }
  const balanceOf = async (of: Address) => (await direct.view(token(owner), 'balanceOf', [of]))[0] as bigint
  const account = async (id: bigint) => {
    const [, balance, settled] = await direct.view(as(owner), 'accountOf', [id])
    return { balance, settled }
  }
  const expectRevert = (call: Promise<unknown>, reason: string) => expect(call).rejects.toMatchObject(reverts(reason))

  /** Commits these settlements next to a reward, and tells how to prove each. */
  const commit = async (spent: readonly (readonly [bigint, bigint])[] = []) => {
    const leaves = spent.map(([id, cumulative]) => settlementLeaf(id, cumulative))
    const tree = createMerkleTree([rewardLeaf(owner, 5n), ...leaves, word('99')])
    const last = await chain.lastCommit()
    const next: EpochCommit = {
      epoch: ((last?.epoch ?? 0) + 1) as EpochNumber,
      prev: last?.digest ?? ZERO_HEX32,
      resultsRoot: word('a1'),
      rewardsRoot: tree.root,
      reportCid: cidFromHex32(word('c3')),
      totals: { results: 1, rewards: 0n }
    }
    const { config } = await chain.committee()
    const domain = { chainId: 31337, committee: world.deployment.committee }
    const attestation = { config, epoch: next.epoch, prev: next.prev, view: 0, digest: commitDigest(next) }
    const digest = attestationDigest(domain, attestation)
    const sign = async (index: number) => ({ index, signature: await (world.signers[index] as Signer).signDigest(digest) })
    const signatures = [await sign(0), await sign(1)]
    const { to, data } = encodeCall({ type: 'commitEpoch', commit: next, view: 0, signatures }, world.deployment)
    const args = committeeAbi.decodeFunctionData('commitEpoch', data).toArray(true)
    await direct.send({ abi: committeeAbi, to: to as Address, from: other }, 'commitEpoch', args)
    return (id: bigint, cumulative: bigint) => [id, cumulative, tree.proof(settlementLeaf(id, cumulative)) ?? []]
  }

  beforeAll(async () => {
    world = await createWorld(4, { settlementSeconds: SETTLEMENT_SECONDS })
    direct = await createDirect(world)
    chain = await world.open()
    sessions = world.deployment.sessions
    for (const each of [owner, other]) {
      await direct.send(token(each), 'faucet', [each, 1000n * COR])
      await direct.send(token(each), 'approve', [sessions, 1000n * COR])
    }
  })
  afterAll(() => world?.stop())

  it('keeps what a session asks for, and who routes for it', async () => {
    const id = await create([word('01'), word('02')])
    const [kept, keptModel] = await direct.view(as(owner), 'termsOf', [id])
    expect(Object.values(terms).map(String)).toEqual([...(kept as unknown[])].map(String))
    expect(keptModel).toBe(model)
    const isRouter = async (nodeId: Hex32) => (await direct.view(as(owner), 'isRouter', [id, nodeId]))[0]
    expect([await isRouter(word('01')), await isRouter(word('03'))]).toEqual([true, false])
    await direct.send(as(owner), 'setRouter', [id, word('01'), false])
    expect(await isRouter(word('01'))).toBe(false)
    await expectRevert(direct.simulate(as(owner), 'setRouter', [id, word('01'), false]), 'RouterUnchanged')
    await expectRevert(direct.simulate(as(owner), 'setRouter', [id, word('02'), true]), 'RouterUnchanged')
    await expectRevert(direct.simulate(as(other), 'setRouter', [id, word('03'), true]), 'NotOwner')
    const update = [id, { ...terms, sla: 0 }, word('bb'), 'other', '']
    await expectRevert(direct.simulate(as(other), 'update', update), 'NotOwner')
    const { events } = await direct.send(as(owner), 'update', update)
    expect(events).toMatchObject([{ name: 'SessionUpdated', args: { sessionId: id, model: word('bb'), name: 'other' } }])
    expect((await direct.view(as(owner), 'termsOf', [id]))[1]).toBe(word('bb'))
  })

  it('refuses terms without a meaning, and too many routers', async () => {
    for (const wrong of [{ mode: 3 }, { sla: 3 }, { minNodes: 0 }, { minNodes: 4 }]) {
      await expectRevert(create([], wrong), 'InvalidTerms')
    }
    for (const highest of [{ mode: 2 }, { sla: 2 }, { minNodes: 3, maxNodes: 3 }]) {
      await create([], highest)
    }
    const many = Array.from({ length: 17 }, (_, i) => word((i + 16).toString(16)))
    await expectRevert(create(many), 'TooManyRouters')
    await expectRevert(create([word('01'), word('01')]), 'RouterUnchanged')
    const id = await create(many.slice(0, 16))
    await expectRevert(direct.simulate(as(owner), 'setRouter', [id, word('77'), true]), 'TooManyRouters')
    for (const [name, args] of [
      ['deposit', [99, 1]],
      ['settle', [99, 1, []]],
      ['close', [99]],
      ['withdraw', [99]]
    ] as const) {
      await expectRevert(direct.simulate(as(owner), name, args), 'UnknownSession')
    }
  })

  it('settles what was spent, once, and never more than there is', async () => {
    const id = await create()
    await expectRevert(direct.simulate(as(owner), 'deposit', [id, 0]), 'NoAmount')
    await expectRevert(direct.simulate(as(owner), 'deposit', [id, 2000n * COR]), 'ERC20InsufficientAllowance')
    await expectRevert(direct.simulate(as(owner), 'settle', [id, 1, []]), 'NoRootYet')
    await direct.send(as(owner), 'deposit', [id, 60n * COR])
    await direct.send(as(other), 'deposit', [id, 40n * COR])
    const proofs = await commit([[id, 30n * COR]])
    const funded = async () => (await direct.view({ abi: committeeAbi, to: world.deployment.committee }, 'head'))[2] as bigint
    const [before, held] = [await funded(), await balanceOf(world.deployment.distributor)]
    await expectRevert(direct.simulate(as(other), 'settle', [id, 31n * COR, []]), 'InvalidSettlement')
    await expectRevert(direct.simulate(as(other), 'settle', proofs(id + 1n, 30n * COR)), 'UnknownSession')
    const first = await direct.send(as(other), 'settle', proofs(id, 30n * COR))
    expect(first.events).toContainEqual({ name: 'Settled', args: { sessionId: id, amount: 30n * COR, cumulative: 30n * COR } })
    expect(await account(id)).toEqual({ balance: 70n * COR, settled: 30n * COR })
    expect([await funded(), await balanceOf(world.deployment.distributor)]).toEqual([before + 30n * COR, held + 30n * COR])
    await expectRevert(direct.simulate(as(other), 'settle', proofs(id, 30n * COR)), 'NothingToSettle')
    const later = await commit([[id, 150n * COR]])
    await expectRevert(direct.simulate(as(other), 'settle', proofs(id, 30n * COR)), 'InvalidSettlement')
    await direct.send(as(other), 'settle', later(id, 150n * COR))
    expect(await account(id)).toEqual({ balance: 0n, settled: 150n * COR })
    expect(await balanceOf(sessions)).toBe(0n)
  })

  it('gives the rest back when the last epoch is over and settled', async () => {
    const id = await create()
    await direct.send(as(owner), 'deposit', [id, 100n * COR])
    await expectRevert(direct.simulate(as(other), 'close', [id]), 'NotOwner')
    await expectRevert(direct.simulate(as(owner), 'withdraw', [id]), 'SessionIsOpen')
    const { events } = await direct.send(as(owner), 'close', [id])
    const lastEpoch = BigInt(((await chain.lastCommit())?.epoch ?? 0) + 1)
    expect(events).toMatchObject([{ name: 'SessionClosed', args: { sessionId: id, lastEpoch } }])
    for (const [name, args] of [
      ['close', [id]],
      ['deposit', [id, 1]],
      ['update', [id, terms, model, '', '']],
      ['setRouter', [id, word('01'), true]]
    ] as const) {
      await expectRevert(direct.simulate(as(owner), name, args), 'SessionIsClosed')
    }
    await commit()
    await direct.pass(SETTLEMENT_SECONDS)
    await expectRevert(direct.simulate(as(owner), 'withdraw', [id]), 'StillSettling')
    const proofs = await commit([[id, 25n * COR]])
    await direct.send(as(other), 'settle', proofs(id, 25n * COR))
    await expectRevert(direct.simulate(as(other), 'withdraw', [id]), 'NotOwner')
    const before = await balanceOf(owner)
    await direct.send(as(owner), 'withdraw', [id])
    expect((await balanceOf(owner)) - before).toBe(75n * COR)
    await expectRevert(direct.simulate(as(owner), 'withdraw', [id]), 'NoAmount')
    // A late settlement finds nothing to take.
    const late = await commit([[id, 26n * COR]])
    await direct.send(as(other), 'settle', late(id, 26n * COR))
    expect(await account(id)).toEqual({ balance: 0n, settled: 26n * COR })
  })

  it('waits for time to settle, and not for ever for a silent committee', async () => {
    const id = await create()
    await direct.send(as(owner), 'deposit', [id, COR])
    await direct.send(as(owner), 'close', [id])
    await commit()
    await commit()
    await expectRevert(direct.simulate(as(owner), 'withdraw', [id]), 'StillSettling')
    await direct.pass(SETTLEMENT_SECONDS)
    await direct.send(as(owner), 'withdraw', [id])

    const stuck = await create()
    await direct.send(as(owner), 'deposit', [stuck, COR])
    await direct.send(as(owner), 'close', [stuck])
    await direct.pass(29 * DAY)
    await expectRevert(direct.simulate(as(owner), 'withdraw', [stuck]), 'StillSettling')
    await direct.pass(DAY)
    await direct.send(as(owner), 'withdraw', [stuck])
    expect(await direct.view(as(owner), 'escrow')).toEqual([0n])
    expect(await balanceOf(sessions)).toBe(0n)
  })

  it('does not take a reward for a settlement', () => {
    const asWord = (id: bigint) => `0x${id.toString(16).padStart(40, '0')}` as Address
    expect(settlementLeaf(1n, 5n)).not.toBe(rewardLeaf(asWord(1n), 5n))
  })
})
