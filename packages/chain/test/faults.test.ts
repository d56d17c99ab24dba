import { publicKeyToNodeId } from '@cortensor/crypto'
import { type Address, type Chain, type ChainEvent, ROLE_BITS } from '@cortensor/interface'
import { createMemoryKeyValue } from '@cortensor/memory'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EthersChain, EthersChainInit } from '../src/index.js'
import { createFaultProxy, type FaultProxy, Refusal } from './fault-proxy.js'
import { collect, createMemo, createWorld, until, type World } from './world.js'

/** Many blocks of a real chain, on a machine that may be busy. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const addressOf = (i: number): Address => `0x${(0xfa_0000 + i).toString(16).padStart(40, '0')}` as Address

describe('a chain whose RPCs fail', () => {
  let world: World
  let proxies: FaultProxy[] = []
  let targets = 0
  beforeAll(async () => {
    world = await createWorld()
  })
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()))
    proxies = []
  })
  afterAll(() => world?.stop())

  const proxy = async (): Promise<FaultProxy> => {
    const made = await createFaultProxy(world.dev.rpcUrl)
    proxies.push(made)
    return made
  }
  const open = async (account: number, through: FaultProxy[], init: Partial<EthersChainInit> = {}): Promise<EthersChain> =>
    (await world.open(account, {
      rpcUrls: through.map(({ url }) => url),
      requestTimeoutMs: 5_000,
      healthIntervalMs: 100,
      resendAfterMs: 200,
      ...init
    })) as EthersChain
  /** An account that nobody else pays to. */
  const fresh = (): Address => addressOf(++targets)
  const pay = (chain: Chain, to: Address, amount = 1n) => chain.send({ type: 'faucet', to, amount })
  const held = async (chain: Chain, to: Address): Promise<bigint> => (await chain.balances(to)).token
  const nonceOf = async (chain: Chain): Promise<number> =>
    Number(await world.dev.request('eth_getTransactionCount', [chain.account, 'latest']))
  const blocksOf = (events: readonly ChainEvent[]): number[] =>
    events.flatMap((event) => (event.type === 'block' ? [event.block.number] : []))

  it('goes on over the other URL when one is down, one after the other', async () => {
    const [first, second] = [await proxy(), await proxy()]
    const chain = await open(10, [first, second])
    const followed = collect(chain, (await chain.head()).number)
    const to = fresh()
    for (const [up, down] of [
      [second, first],
      [first, second]
    ] as const) {
      Object.assign(up, { mode: 'passes' })
      Object.assign(down, { mode: 'down' })
      await until(() => chain.head().then(Boolean, () => false), 'the other one is back')
      await pay(chain, to)
      const { number } = await chain.head()
      await until(() => (blocksOf(followed.events).at(-1) ?? 0) >= number, 'the follower goes on')
    }
    await followed.stop()
    const numbers = blocksOf(followed.events)
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i))
    first.mode = 'passes'
    expect(await held(chain, to)).toBe(2n)
  })

  it('does not wait for one that is slow, and sends through a time in which none answers', async () => {
    const [slow, quick] = [await proxy(), await proxy()]
    const chain = await open(11, [slow, quick], { requestTimeoutMs: 1_000 })
    slow.delayMs = 3_000
    const to = fresh()
    await pay(chain, to)
    expect(chain.endpoints()[0]?.state).toBe('down')
    quick.mode = 'hangs'
    const failing = chain.head()
    await expect(failing).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    quick.mode = 'passes'
    await until(() => pay(chain, to).then(Boolean, () => false), 'it sends again')
    expect(await held(chain, to)).toBe(2n)
  })

  it('does not follow an RPC that stands still', async () => {
    const [frozen, live] = [await proxy(), await proxy()]
    const chain = await open(12, [frozen, live], { maxLagBlocks: 2 })
    let head: unknown
    frozen.intercept = async (method, params, pass) => {
      head ??= method === 'eth_getBlockByNumber' && params[0] === 'latest' ? await pass() : undefined
      return method === 'eth_getBlockByNumber' && params[0] === 'latest' ? head : await pass()
    }
    const { number } = await chain.head()
    const followed = collect(chain, number)
    await until(() => (blocksOf(followed.events).at(-1) ?? 0) > number + 6, 'the follower goes on')
    await followed.stop()
    expect(followed.events.filter(({ type }) => type === 'reorg')).toEqual([])
    expect(chain.endpoints()[0]?.state).toBe('behind')
  })

  it('leaves out an RPC of another chain, and names it', async () => {
    const [wrong, right] = [await proxy(), await proxy()]
    wrong.intercept = async (method, _params, pass) => (method === 'eth_chainId' ? '0x1' : await pass())
    const logger = createMemo()
    const chain = await open(13, [wrong, right], { expectedChainId: 31_337, logger })
    await pay(chain, fresh())
    expect(wrong.asked).toEqual(['eth_chainId'])
    expect(logger.lines.join()).toContain(wrong.url)
    await expect(open(13, [wrong], { expectedChainId: 31_337 })).rejects.toMatchObject({ code: 'CHAIN_WRONG_CHAIN' })
  })

  it('sends again what an RPC has taken and lost', async () => {
    const losing = await proxy()
    let lost = 0
    losing.intercept = async (method, _params, pass) =>
      method === 'eth_sendRawTransaction' && ++lost <= 2 ? `0x${'11'.repeat(32)}` : await pass()
    const chain = await open(14, [losing])
    const nonce = await nonceOf(chain)
    const to = fresh()
    await Promise.all([pay(chain, to, 1n), pay(chain, to, 2n)])
    expect(lost).toBeGreaterThan(2)
    expect([await held(chain, to), await nonceOf(chain)]).toEqual([3n, nonce + 2])
  })

  it('takes repeated and removed logs once or not at all', async () => {
    const repeating = await proxy()
    const chain = await open(15, [repeating])
    const from = (await chain.head()).number
    repeating.intercept = async (method, _params, pass) => {
      const result = await pass()
      return method === 'eth_getLogs' && Array.isArray(result)
        ? [...result, ...result.map((log) => ({ ...log, removed: true, logIndex: '0x99' })), ...result]
        : result
    }
    const followed = collect(chain, from)
    await register(chain, 15)
    await until(() => followed.events.some(({ type }) => type === 'registered'), 'the registration is seen')
    await followed.stop()
    expect(followed.events.filter(({ type }) => type === 'registered')).toHaveLength(1)
    expect((await chain.registrations()).filter(({ operator }) => operator === chain.account)).toHaveLength(1)
  })

  it.each([
    ['a little', 21],
    ['long', 22]
  ])('misses no event when an RPC has a block %s before its logs', async (what, account) => {
    const hasty = await proxy()
    const chain = await open(account, [hasty])
    const from = (await chain.head()).number
    const looks = new Map<unknown, number>()
    const followed = collect(chain, from)
    hasty.intercept = async (method, params, pass) => {
      const result = await pass()
      const { blockHash } = (params[0] ?? {}) as { blockHash?: string }
      if (method !== 'eth_getLogs' || blockHash === undefined || (result as unknown[]).length === 0) {
        return result
      }
      looks.set(blockHash, (looks.get(blockHash) ?? 0) + 1)
      const isDelivered = followed.events.some((event) => event.type === 'block' && event.block.hash === blockHash)
      return what === 'long' ? (isDelivered ? result : []) : (looks.get(blockHash) as number) > 2 ? result : []
    }
    await register(chain, account)
    await until(() => followed.events.some(({ type }) => type === 'registered'), 'the registration is seen')
    await followed.stop()
    const place = followed.events.findIndex(({ type }) => type === 'registered')
    const event = followed.events[place] as Extract<ChainEvent, { type: 'registered' }>
    // It comes after its block, and where that was delivered without it, after a reorg that takes the block back.
    const before = followed.events.slice(0, place)
    expect(before.findLast(({ type }) => type === 'block')).toEqual({ type: 'block', block: event.block })
    expect(before.filter(({ type }) => type === 'reorg')).toHaveLength(what === 'long' ? 1 : 0)
  })

  it('reads the registry in ranges that the RPC takes, and what lies deep only once', async () => {
    const narrow = await proxy()
    const chain = await open(16, [narrow])
    const plain = await world.open()
    const widths: number[] = []
    narrow.intercept = async (method, params, pass) => {
      const { fromBlock, toBlock } = (params[0] ?? {}) as { fromBlock?: string; toBlock?: string }
      if (method !== 'eth_getLogs' || fromBlock === undefined) {
        return await pass()
      }
      const width = Number(toBlock) - Number(fromBlock) + 1
      if (width > 50) {
        throw new Refusal(-32_005, 'query exceeds max block range 50')
      }
      widths.push(width)
      return await pass()
    }
    await register(chain, 16)
    await world.dev.request('anvil_mine', ['0x80'])
    const { number } = await plain.head()
    expect(await chain.registrations({ toBlock: number })).toEqual(await plain.registrations({ toBlock: number }))
    const first = widths.splice(0)
    expect(first.length).toBeGreaterThan(3)
    for (const toBlock of [number - 20, number - 100, number, world.deployment.fromBlock, 0]) {
      expect(await chain.registrations({ toBlock })).toEqual(await plain.registrations({ toBlock }))
    }
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeLessThan(100)
  })

  it('goes on after a restart in the middle of a send, without sending twice', async () => {
    const keyValue = createMemoryKeyValue()
    await keyValue.start()
    const deaf = await proxy()
    deaf.intercept = async (method, _params, pass) =>
      method === 'eth_sendRawTransaction' ? `0x${'11'.repeat(32)}` : await pass()
    const first = await open(17, [deaf], { keyValue })
    const nonce = await nonceOf(first)
    const to = fresh()
    const cut = Promise.allSettled([pay(first, to, 1n), pay(first, to, 10n)])
    await until(() => deaf.asked.filter((method) => method === 'eth_sendRawTransaction').length >= 2, 'both have left')
    await first.stop()
    expect(await cut).toMatchObject([{ reason: { code: 'CHAIN_NOT_STARTED' } }, { reason: { code: 'CHAIN_NOT_STARTED' } }])
    // The second call is repeated, a third one is new, and the first one happens without anybody asking.
    const second = await open(17, [await proxy()], { keyValue })
    await Promise.all([pay(second, to, 10n), pay(second, to, 100n)])
    expect([await held(second, to), await nonceOf(second)]).toEqual([111n, nonce + 3])
    await second.stop()
    const third = await open(17, [await proxy()], { keyValue })
    await pay(third, to, 1000n)
    expect([await held(third, to), await nonceOf(third)]).toEqual([1111n, nonce + 4])
  })

  it('loses no call when two processes send with one key', async () => {
    const [a, b] = [await open(18, [await proxy()]), await open(18, [await proxy()])]
    const nonce = await nonceOf(a)
    const to = fresh()
    await Promise.all([a, b].flatMap((chain, i) => [1n, 2n, 3n].map((amount) => pay(chain, to, amount * 10n ** BigInt(i)))))
    expect([await held(a, to), await nonceOf(a)]).toEqual([66n, nonce + 6])
  })

  const register = async (chain: Chain, byte: number): Promise<void> => {
    const stake = await chain.minimumStake(ROLE_BITS.miner)
    await pay(chain, chain.account as Address, stake)
    await chain.send({ type: 'approve', spender: world.deployment.registry, amount: stake })
    const nodeId = publicKeyToNodeId(new Uint8Array(32).fill(byte))
    await chain.send({ type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: chain.account as Address })
  }
})
