import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Address } from '@cortensor/interface'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registryAbi, tokenAbi } from '../src/abi.js'
import { accountOf, createDirect, type Direct, reverts, word } from './direct.js'
import { createWorld, type World } from './world.js'

const COR = 1_000_000n
const [MINER, ORACLE] = [1, 2]

describe('node registry', () => {
  let world: World
  let direct: Direct
  const operator = accountOf(1)
  const as = (from: Address) => ({ abi: registryAbi, to: world.deployment.registry, from })
  const register = (nodeId: string, roles: number, stake: bigint) =>
    direct.send(as(operator), 'register', [nodeId, roles, stake, operator])
  const totals = async () => direct.view(as(operator), 'totals')
  const nodeOf = async (nodeId: string) => direct.view(as(operator), 'nodeOf', [operator, nodeId])

  beforeAll(async () => {
    world = await createWorld(4, { unbondingSeconds: 600 })
    direct = await createDirect(world)
    const token = { abi: tokenAbi, to: world.deployment.token, from: operator }
    await direct.send(token, 'faucet', [operator, 10_000n * COR])
    await direct.send(token, 'approve', [world.deployment.registry, 10_000n * COR])
  })
  afterAll(() => world?.stop())

  it('refuses what it must', async () => {
    await expect(register(ZERO_HEX32, MINER, 100n * COR)).rejects.toMatchObject(reverts('InvalidNodeId'))
    await expect(register(word('01'), 0, 100n * COR)).rejects.toMatchObject(reverts('InvalidRoles'))
    await expect(register(word('01'), 8, 100n * COR)).rejects.toMatchObject(reverts('InvalidRoles'))
    await expect(register(word('01'), MINER, 100n * COR - 1n)).rejects.toMatchObject(reverts('StakeTooLow'))
    await expect(register(word('01'), MINER, 20_000n * COR)).rejects.toMatchObject(reverts('ERC20InsufficientAllowance'))
    for (const caller of [operator, world.deployment.sessions, accountOf(2)]) {
      const slash = direct.simulate(as(caller), 'slash', [operator, word('01'), 1n])
      await expect(slash).rejects.toMatchObject(reverts('NotCommittee'))
    }
    const empty = direct.simulate(as(world.deployment.committee), 'slash', [operator, word('01'), 1n])
    await expect(empty).rejects.toMatchObject(reverts('NothingToSlash'))
    expect(await totals()).toEqual([0n, 0n, 0n])
  })

  it('is linked once, even by its deployer', async () => {
    const { committee, distributor, registry, sessions } = world.deployment
    const topics = [registryAbi.getEvent('Linked')?.topicHash]
    const logs = await world.dev.request('eth_getLogs', [{ fromBlock: '0x0', address: registry, topics }])
    const [{ transactionHash }] = logs as [{ transactionHash: string }]
    const { from } = (await world.dev.request('eth_getTransactionByHash', [transactionHash])) as { from: Address }
    const again = direct.simulate(as(from), 'link', [committee, distributor, sessions, 0])
    await expect(again).rejects.toMatchObject(reverts('AlreadyLinked'))
  })

  it('slashes a node that takes part, which is out from then on', async () => {
    await register(word('02'), ORACLE, 1500n * COR)
    const { events } = await direct.send(as(world.deployment.committee), 'slash', [operator, word('02'), 1000n * COR])
    expect(events).toMatchObject([
      { name: 'Unbonding', args: { operator, stake: 1500n * COR } },
      { name: 'Slashed', args: { operator, nodeId: word('02'), amount: 1000n * COR, left: 500n * COR } }
    ])
    expect(await totals()).toEqual([0n, 500n * COR, 1000n * COR])
    expect((await nodeOf(word('02'))).slice(0, 2)).toEqual([0n, 500n * COR])
    await expect(register(word('02'), MINER, 100n * COR)).rejects.toMatchObject(reverts('StillUnbonding'))
  })

  it('slashes a node that is leaving, for what is left and no more', async () => {
    const { events } = await direct.send(as(world.deployment.committee), 'slash', [operator, word('02'), 2000n * COR])
    expect(events).toMatchObject([{ name: 'Slashed', args: { amount: 500n * COR, left: 0n } }])
    const again = direct.simulate(as(world.deployment.committee), 'slash', [operator, word('02'), 1n])
    await expect(again).rejects.toMatchObject(reverts('NothingToSlash'))
    expect(await totals()).toEqual([0n, 0n, 1500n * COR])
    await direct.pass(600)
    await direct.send(as(operator), 'withdraw', [word('02')])
    await register(word('02'), MINER, 100n * COR)
    expect(await totals()).toEqual([100n * COR, 0n, 1500n * COR])
  })

  it('holds exactly what is staked, leaving and slashed', async () => {
    await register(word('03'), MINER | ORACLE, 1100n * COR)
    await direct.send(as(operator), 'unbond', [word('03')])
    expect(await totals()).toEqual([100n * COR, 1100n * COR, 1500n * COR])
    const token = { abi: tokenAbi, to: world.deployment.token }
    expect(await direct.view(token, 'balanceOf', [world.deployment.registry])).toEqual([2700n * COR])
    await direct.pass(600)
    await direct.send(as(operator), 'withdraw', [word('03')])
    expect(await totals()).toEqual([100n * COR, 0n, 1500n * COR])
    expect(await direct.view(token, 'balanceOf', [operator])).toEqual([8400n * COR])
  })
})
