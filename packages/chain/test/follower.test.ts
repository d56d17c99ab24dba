import { publicKeyToNodeId } from '@cortensor/crypto'
import type { Address, BlockRef, ChainEvent } from '@cortensor/interface'
import { ROLE_BITS } from '@cortensor/interface'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, createWorld, until, type World } from './world.js'

/** Applies events as a consumer would: what a reorg undoes is dropped. */
function replay(events: readonly ChainEvent[]): { blocks: BlockRef[]; registered: number } {
  let blocks: BlockRef[] = []
  let registered: BlockRef[] = []
  for (const event of events) {
    if (event.type === 'block') {
      blocks.push(event.block)
    } else if (event.type === 'registered') {
      registered.push(event.block)
    } else if (event.type === 'reorg') {
      blocks = blocks.filter((block) => block.number <= event.ancestor.number)
      registered = registered.filter((block) => block.number <= event.ancestor.number)
    }
  }
  return { blocks, registered: registered.length }
}

describe('follow', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(() => world.stop())

  it('undoes a branch that the chain has left, and goes on with the new one', async () => {
    const chain = await world.open(0)
    const stake = await chain.minimumStake(ROLE_BITS.miner)
    await chain.send({ type: 'faucet', to: chain.account as Address, amount: stake })
    await chain.send({ type: 'approve', spender: world.deployment.registry, amount: stake })
    const followed = collect(chain, world.deployment.fromBlock)
    const nodeId = publicKeyToNodeId(new Uint8Array(32).fill(9))
    const register = { type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: chain.account as Address } as const
    const { block } = await chain.send(register)
    await until(() => followed.events.some((event) => event.type === 'registered'), 'the registration is seen')

    await world.dev.request('anvil_reorg', [3, []])
    await until(() => followed.events.some((event) => event.type === 'reorg'), 'the reorg is seen')
    const reorg = followed.events.find((event) => event.type === 'reorg')
    expect(reorg?.ancestor.number).toBeLessThan(block.number)
    const ancestor = reorg?.ancestor as BlockRef
    expect(await chain.block(ancestor.number)).toEqual(ancestor)

    // The queue sends what the reorg has taken away again.
    await until(() => replay(followed.events).registered === 1, 'the registration is back')
    const head = await chain.head()
    await until(() => replay(followed.events).blocks.some((each) => each.number > head.number), 'the new branch is followed')
    await followed.stop()
    const { blocks, registered } = replay(followed.events)
    const numbers = blocks.map((each) => each.number)
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i))
    for (const each of blocks.slice(-8)) {
      expect(await chain.block(each.number)).toEqual(each)
    }
    expect(registered).toBe((await chain.registrations()).length)
    expect(await chain.block(block.number)).not.toEqual(block)
  })

  it('delivers only blocks with events while it catches up far behind', async () => {
    const chain = await world.open(1)
    await world.dev.request('anvil_mine', ['0x190'])
    const { block } = await chain.send({ type: 'faucet', to: chain.account as Address, amount: 1n })
    const followed = collect(chain, 0)
    await until(() => followed.events.some((event) => event.type === 'block' && event.block.number >= block.number), 'caught up')
    await followed.stop()
    const numbers = followed.events.flatMap((event) => (event.type === 'block' ? [event.block.number] : []))
    expect(numbers.length).toBeLessThan(block.number)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    const recent = numbers.filter((number) => number > block.number - 200 && number <= block.number)
    expect(recent).toHaveLength(200)
  })

  it('ends when the adapter stops', async () => {
    const chain = await world.open()
    const followed = collect(chain, 0)
    await until(() => followed.events.length > 0, 'the first event')
    await chain.stop()
    await followed.stop()
    await expect(chain.head()).rejects.toMatchObject({ code: 'CHAIN_NOT_STARTED' })
  })
})
