import type { Address } from '@cortensor/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { tokenAbi } from '../src/abi.js'
import { accountOf, createDirect, reverts } from './direct.js'
import { createWorld, type World } from './world.js'

const COR = 1_000_000n
const SUPPLY = 1_000_000_000n * COR

describe('token', () => {
  let world: World | undefined
  afterEach(async () => {
    await world?.stop()
    world = undefined
  })

  const open = async (faucet: boolean) => {
    world = await createWorld(4, { faucet })
    const direct = await createDirect(world)
    const target = { abi: tokenAbi, to: world.deployment.token, from: accountOf(1) }
    const view = async (name: string, args: unknown[] = []) => (await direct.view(target, name, args))[0]
    return { direct, target, view, distributor: world.deployment.distributor as Address }
  }

  it('has a fixed supply, of which a faucet gives away a bounded amount a call', async () => {
    const { direct, target, view } = await open(true)
    expect([await view('totalSupply'), await view('decimals')]).toEqual([SUPPLY, 6n])
    const limit = (await view('faucetLimit')) as bigint
    await expect(direct.send(target, 'faucet', [target.from, limit + 1n])).rejects.toMatchObject(reverts('FaucetLimit'))
    await direct.send(target, 'faucet', [target.from, limit])
    expect([await view('balanceOf', [target.from]), await view('totalSupply')]).toEqual([limit, SUPPLY])
  })

  it('has no faucet unless the deployment asks for one', async () => {
    const { direct, target, view, distributor } = await open(false)
    for (const amount of [0n, 1n]) {
      await expect(direct.send(target, 'faucet', [target.from, amount])).rejects.toMatchObject(reverts('FaucetDisabled'))
    }
    expect([await view('faucetLimit'), await view('balanceOf', [target.to])]).toEqual([0n, 0n])
    expect(await view('balanceOf', [distributor])).toBe(300_000_000n * COR)
  })
})
