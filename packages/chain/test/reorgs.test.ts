import { publicKeyToNodeId } from '@cortensor/crypto'
import { type Address, type BlockRef, type Chain, type ChainEvent, ROLE_BITS } from '@cortensor/interface'
import { createMemoryKeyValue } from '@cortensor/memory'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CommitCall, nextCommit } from './commits.js'
import { createFaultProxy, type FaultProxy } from './fault-proxy.js'
import { collect, createWorld, until, type World } from './world.js'

/** Many blocks of a real chain, on a machine that may be busy. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const DEPTH = 4
const addressOf = (i: number): Address => `0x${(0xfb_0000 + i).toString(16).padStart(40, '0')}` as Address

/** Blocks as a consumer that undoes what a reorg takes back has them in the end. */
function replay(events: readonly ChainEvent[]): BlockRef[] {
  let blocks: BlockRef[] = []
  for (const event of events) {
    if (event.type === 'block') {
      blocks.push(event.block)
    } else if (event.type === 'reorg') {
      blocks = blocks.filter(({ number }) => number <= event.ancestor.number)
    }
  }
  return blocks
}

/** Reorgs of a real chain: the newest blocks give way to others, and what was in them is lost. */
describe('a chain that is reorganised', () => {
  let world: World
  let proxy: FaultProxy
  let targets = 0
  beforeAll(async () => {
    world = await createWorld()
    proxy = await createFaultProxy(world.dev.rpcUrl)
  })
  afterAll(async () => {
    await world?.stop()
    await proxy?.close()
  })

  const reorg = (depth: number): Promise<unknown> => world.dev.request('anvil_reorg', [depth, []])
  const mine = (blocks: number): Promise<unknown> => world.dev.request('anvil_mine', [`0x${blocks.toString(16)}`])
  const mining = (isOn: boolean): Promise<unknown> => world.dev.request('evm_setIntervalMining', isOn ? [1] : [0])
  const pool = async (): Promise<number> => {
    const { pending, queued } = (await world.dev.request('txpool_status')) as Record<'pending' | 'queued', string>
    return Number(pending) + Number(queued)
  }
  const fresh = (): Address => addressOf(++targets)
  const pay = (chain: Chain, to: Address, confirmations?: number) =>
    chain.send({ type: 'faucet', to, amount: 1n }, confirmations === undefined ? {} : { confirmations })
  const held = async (chain: Chain, to: Address): Promise<bigint> => (await chain.balances(to)).token
  const nonceOf = async (chain: Chain): Promise<number> =>
    Number(await world.dev.request('eth_getTransactionCount', [chain.account, 'latest']))
  /** Makes blocks until the send is told, with mining off. */
  const mineUntil = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false
    const mark = (): void => {
      isDone = true
    }
    work.then(mark, mark)
    await until(async () => {
      await (isDone ? undefined : mine(1))
      return isDone
    }, 'the send is told')
    return await work
  }

  it.each([1, 2, 3])('tells of a send only when it is deep enough, through a reorg of depth %i below that', async (depth) => {
    await mining(false)
    const chain = await world.open(30, { resendAfterMs: 200 })
    const [to, nonce] = [fresh(), await nonceOf(chain)]
    let told = false
    const sent = pay(chain, to, DEPTH).then((receipt) => {
      told = true
      return receipt
    })
    await until(async () => (await pool()) > 0, 'in the pool')
    await mine(depth)
    expect(await held(chain, to)).toBe(1n)
    await reorg(depth)
    expect(told).toBe(false)
    const receipt = await mineUntil(sent)
    const { number } = await chain.head()
    expect(number - receipt.block.number + 1).toBeGreaterThanOrEqual(DEPTH)
    expect(await chain.block(receipt.block.number)).toEqual(receipt.block)
    expect([await held(chain, to), await nonceOf(chain)]).toEqual([1n, nonce + 1])
    await mining(true)
  })

  it.each([DEPTH, DEPTH + 3])('sends again what a reorg of depth %i has taken after it was told', async (depth) => {
    await mining(false)
    const chain = await world.open(31, { resendAfterMs: 200 })
    const [to, nonce] = [fresh(), await nonceOf(chain)]
    const receipt = await mineUntil(pay(chain, to, DEPTH))
    await mine(depth - DEPTH)
    const { number } = await chain.head()
    await reorg(number - receipt.block.number + 1)
    expect([await held(chain, to), await nonceOf(chain)]).toEqual([0n, nonce])
    await until(async () => (await pool()) > 0, 'it is sent again')
    await mine(1)
    expect([await held(chain, to), await nonceOf(chain)]).toEqual([1n, nonce + 1])
    // The next call takes the next nonce, and not the one that was free for a moment.
    await mining(true)
    await pay(chain, to)
    expect([await held(chain, to), await nonceOf(chain)]).toEqual([2n, nonce + 2])
  })

  it('keeps a send through a reorg and a restart', async () => {
    await mining(false)
    const keyValue = createMemoryKeyValue()
    await keyValue.start()
    const first = await world.open(32, { keyValue })
    const [to, nonce] = [fresh(), await nonceOf(first)]
    const receipt = await mineUntil(pay(first, to))
    await first.stop()
    await reorg((await world.open().then((reader) => reader.head())).number - receipt.block.number + 1)
    const second = await world.open(32, { keyValue })
    await until(async () => (await pool()) > 0, 'it is sent again')
    await mine(1)
    expect([await held(second, to), await nonceOf(second)]).toEqual([1n, nonce + 1])
    await mining(true)
  })

  describe('commits of an epoch', () => {
    const commitsOf = async (chain: Chain, epoch: number): Promise<number> => {
      const followed = collect(chain, world.deployment.fromBlock)
      const { number } = await chain.head()
      await until(() => replay(followed.events).some((block) => block.number >= number), 'followed')
      await followed.stop()
      return followed.events.filter((event) => event.type === 'epoch' && event.commit.epoch === epoch).length
    }

    it('are one on the chain when two clients send the same report, in one block too', async () => {
      const [a, b] = [await world.open(40), await world.open(41)]
      const call = await nextCommit(world, a)
      await mining(false)
      const sent = Promise.all([a.send(call), b.send(call)])
      await until(async () => (await pool()) === 2, 'both in the pool')
      const receipts = await mineUntil(sent)
      await mining(true)
      expect(receipts[0]).toEqual(receipts[1])
      expect(await a.commit(call.commit.epoch)).toMatchObject({ transactionHash: receipts[0].transactionHash })
      expect(await commitsOf(a, call.commit.epoch)).toBe(1)
      expect(await b.send(call)).toEqual(receipts[0])
    })

    it('come back after a reorg, sent by whoever has sent them', async () => {
      const a = await world.open(42, { resendAfterMs: 200 })
      const call = await nextCommit(world, a)
      await mining(false)
      const { block } = await mineUntil(a.send(call))
      await reorg((await a.head()).number - block.number + 1)
      expect((await a.lastCommit())?.epoch ?? 0).toBe(call.commit.epoch - 1)
      await until(async () => (await pool()) > 0, 'it is sent again')
      await mine(1)
      await mining(true)
      expect((await a.lastCommit())?.epoch).toBe(call.commit.epoch)
      // The receipt of the branch that won, not of the one that was told first.
      expect((await a.send(call)).block).toEqual((await a.commit(call.commit.epoch))?.block)
    })

    it('are given up when the other branch has another report of the epoch, and burn no revert', async () => {
      const a = await world.open(43, { rpcUrls: [proxy.url], resendAfterMs: 200 })
      const b = await world.open(44)
      const nonce = await nonceOf(a)
      const before = (await b.head()).number
      const [ours, theirs]: CommitCall[] = [await nextCommit(world, b, 5), await nextCommit(world, b, 6)]
      await mining(false)
      const sent = a.send(ours as CommitCall, { confirmations: 6 })
      const failed = expect(sent).rejects.toMatchObject({ code: 'CHAIN_REVERTED', details: { reason: 'WrongEpoch' } })
      await until(async () => (await pool()) > 0, 'in the pool')
      await mine(2)
      expect((await b.lastCommit())?.totals.results).toBe(5)
      proxy.mode = 'down'
      await reorg(2)
      await mineUntil(b.send(theirs as CommitCall))
      proxy.mode = 'passes'
      await until(async () => (await pool()) > 0, 'the nonce is used for nothing')
      await mineUntil(failed)
      await mining(true)
      expect((await b.lastCommit())?.totals.results).toBe(6)
      expect(await nonceOf(a)).toBe(nonce + 1)
      const { number } = await b.head()
      const blocks = await Promise.all(
        Array.from({ length: number - before }, (_, i) =>
          world.dev.request('eth_getBlockReceipts', [`0x${(number - i).toString(16)}`])
        )
      )
      const own = (blocks.flat() as { from: string; to: string; status: string }[]).filter(({ from }) => from === a.account)
      expect(own).toMatchObject([{ to: a.account, status: '0x1' }])
      await pay(a, fresh())
    })
  })

  it('shows a consumer that waits for depth no reorg below it, and every one above it', async () => {
    const chain = await world.open(50)
    const from = (await chain.head()).number
    const [quick, patient] = [collect(chain, from), await follow(chain, from, DEPTH + 1)]
    for (const depth of [1, 2, 3, 4]) {
      const { number } = await chain.head()
      await reorg(depth)
      await until(() => (replay(quick.events).at(-1)?.number ?? 0) > number, 'gone on')
    }
    const reorgs = (events: readonly ChainEvent[]) => events.filter(({ type }) => type === 'reorg').length
    expect(reorgs(quick.events)).toBeGreaterThan(0)
    expect(reorgs(patient.events)).toBe(0)
    await mining(false)
    const { number } = await chain.head()
    await until(() => (replay(patient.events).at(-1)?.number ?? 0) === number - DEPTH, 'the patient one is there too')
    await reorg(DEPTH + 4)
    await mining(true)
    await until(() => reorgs(patient.events) > 0, 'the deep reorg is told')
    await until(async () => (replay(patient.events).at(-1)?.number ?? 0) > number, 'it goes on')
    await Promise.all([quick.stop(), patient.stop()])
    for (const block of [...replay(patient.events), ...replay(quick.events)].slice(-10)) {
      expect(await chain.block(block.number)).toEqual(block)
    }
  })

  it('reads the registry of the branch that won', async () => {
    const chain = await world.open(51, { forgetDepth: 1 })
    const plain = (): Promise<Chain> => world.open()
    const stake = await chain.minimumStake(ROLE_BITS.miner)
    await chain.send({ type: 'faucet', to: chain.account as Address, amount: stake })
    await chain.send({ type: 'approve', spender: world.deployment.registry, amount: stake })
    await mine(40)
    expect(await chain.registrations()).toEqual([])
    const nodeId = publicKeyToNodeId(new Uint8Array(32).fill(51))
    await chain.send({ type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: chain.account as Address })
    await mine(60)
    expect(await chain.registrations()).toHaveLength(1)
    await reorg(70)
    expect(await chain.registrations()).toEqual(await (await plain()).registrations())
    expect(await chain.registrations()).toEqual([])
  })

  it('ends the following, with a code, when the reorg goes deeper than what is remembered', async () => {
    const chain = await world.open(52)
    const snapshot = await world.dev.request('evm_snapshot')
    const from = (await chain.head()).number - 5
    await mine(400)
    let last = 0
    const failed = (async () => {
      for await (const event of chain.follow(from)) {
        last = event.type === 'block' ? event.block.number : last
      }
    })()
    const ended = expect(failed).rejects.toMatchObject({ code: 'CHAIN_REORG_TOO_DEEP' })
    await until(() => last > from + 395, 'it has followed')
    expect(await world.dev.request('evm_revert', [snapshot])).toBe(true)
    // Empty blocks at the same times would be the very same blocks.
    await world.dev.request('evm_increaseTime', [1_000])
    await mine(450)
    await ended
  })

  const follow = async (chain: Chain, from: number, confirmations: number) => {
    const events: ChainEvent[] = []
    const controller = new AbortController()
    const done = (async () => {
      for await (const event of chain.follow(from, { confirmations, signal: controller.signal })) {
        events.push(event)
      }
    })()
    return {
      events,
      async stop() {
        controller.abort()
        await done
      }
    }
  }
})
