import { attestationDigest, commitDigest, rewardLeaf } from '@cortensor/contracts'
import { cidFromHash, createMerkleTree, sha256, ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, Chain, ChainCall, ChainEvent, EpochCommit, EpochNumber, Hex32, Signer } from '@cortensor/interface'
import {
  createMemoryChain,
  createMemorySigner,
  createMemoryVerifier,
  createVirtualClock,
  type MemoryChainInit,
  memoryAddress,
  memoryNodeId
} from '@cortensor/memory'
import { utf8ToBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

async function world(init: Partial<MemoryChainInit> = {}) {
  const clock = createVirtualClock({ startMs: 1_000_000 })
  const members = [0, 1, 2, 3].map((i) => createMemorySigner({ label: `oracle-${i}` }))
  const chain = createMemoryChain({ clock, verifier: createMemoryVerifier(), committee: { members }, ...init })
  await chain.start()
  const connect = async (label: string): Promise<Chain> => {
    const handle = chain.connect(memoryAddress(label))
    await handle.start()
    return handle
  }
  /** A commit on top of what is there, signed by the first members. */
  const commitCall = async (view: Chain, changes: Partial<EpochCommit> = {}): Promise<ChainCall> => {
    const last = await view.lastCommit()
    const commit: EpochCommit = {
      epoch: ((last?.epoch ?? 0) + 1) as EpochNumber,
      prev: last?.digest ?? ZERO_HEX32,
      resultsRoot: ZERO_HEX32,
      rewardsRoot: ZERO_HEX32,
      reportCid: cidFromHash(sha256(utf8ToBytes('report'))),
      totals: { results: 0, rewards: last?.totals.rewards ?? 0n },
      ...changes
    }
    const { config, attestations } = chain.committee
    const domain = { chainId: chain.chainId, committee: chain.deployment.committee }
    const { epoch, prev } = commit
    const digest = attestationDigest(domain, { config, epoch, prev, view: 0, digest: commitDigest(commit) })
    const signatures = await Promise.all(
      members.slice(0, attestations).map(async (member: Signer, index) => ({ index, signature: await member.signDigest(digest) }))
    )
    return { type: 'commitEpoch', commit, view: 0, signatures }
  }
  return { clock, chain, connect, commitCall, members }
}

const faucet = (to: string, amount: bigint): ChainCall => ({ type: 'faucet', to: memoryAddress(to), amount })

describe('createMemoryChain', () => {
  it('makes a block every block time, between start and stop', async () => {
    const { clock, chain, connect } = await world({ blockTimeMs: 2000 })
    const view = await connect('a')
    await clock.advance(10_000)
    expect((await view.head()).number).toBe(5)
    expect((await view.head()).timestampMs).toBe(1_010_000)
    await chain.stop()
    await clock.advance(10_000)
    expect((await view.head()).number).toBe(5)
  })

  it('resolves a call when it is in a block', async () => {
    const { clock, connect } = await world({ blockTimeMs: 1000, rpcLatencyMs: 50 })
    const view = await connect('a')
    const startMs = clock.now()
    const receipt = await clock.complete(view.send(faucet('a', 5n)))
    expect(receipt.block.number).toBe(1)
    expect(clock.now() - startMs).toBe(1000)
    expect((await clock.complete(view.balances(memoryAddress('a')))).token).toBe(5n)
  })

  it('lets a call build on an earlier one of its account that is not mined yet', async () => {
    const { clock, chain, connect } = await world()
    const view = await connect('a')
    const stake = 100_000_000n
    const sends = [
      view.send(faucet('a', stake)),
      view.send({ type: 'approve', spender: chain.deployment.registry, amount: stake }),
      view.send({ type: 'register', nodeId: memoryNodeId('a'), roles: 1, stake, payout: memoryAddress('a') })
    ]
    await clock.complete(Promise.all(sends))
    expect(await view.registrations()).toMatchObject([{ operator: memoryAddress('a'), stake }])
  })

  it('tells who follows epochs alone of a reorg of blocks that it was not told of', async () => {
    const { clock, chain, connect } = await world()
    const view = await connect('a')
    const told: string[] = []
    const controller = new AbortController()
    const following = (async () => {
      for await (const event of view.follow(0, { only: ['epoch'], signal: controller.signal })) {
        told.push(event.type === 'reorg' ? `reorg ${event.ancestor.number}` : event.type)
      }
    })()
    await clock.advance(5_000)
    chain.reorg(2)
    await clock.advance(5_000)
    controller.abort()
    await following
    expect(told).toEqual(['reorg 3'])
  })

  it('undoes the dropped blocks of a reorg and tells followers where the branches part', async () => {
    const { clock, chain, connect, commitCall } = await world()
    const view = await connect('a')
    const events: ChainEvent[] = []
    const controller = new AbortController()
    const following = (async () => {
      for await (const event of view.follow(0, { signal: controller.signal })) {
        events.push(event)
      }
    })()
    await clock.advance(3000)
    const before = await view.head()
    await clock.complete(view.send(await commitCall(view)))
    const committed = await view.lastCommit()
    chain.reorg(1)
    await clock.settle()
    const moved = await view.lastCommit()
    expect(moved?.digest).toBe(committed?.digest)
    expect(moved?.block.hash).not.toBe(committed?.block.hash)
    chain.reorg(2, { loseCalls: true })
    await clock.settle()
    expect(await view.lastCommit()).toBeNull()
    expect((await view.head()).number).toBe(before.number + 3)
    controller.abort()
    await following
    const told = events.slice(events.findIndex((event) => event.type === 'epoch'))
    expect(told.map((event) => (event.type === 'reorg' ? `reorg ${event.ancestor.number}` : event.type))).toEqual([
      'epoch',
      'reorg 3',
      'block',
      'epoch',
      'block',
      'reorg 3',
      'block',
      'block',
      'block'
    ])
    // Whoever applies the events ends up with the chain as it is.
    const blocks: ChainEvent[] = []
    for (const event of events) {
      if (event.type === 'reorg') {
        blocks.splice(blocks.findIndex((each) => each.type === 'block' && each.block.hash === event.ancestor.hash) + 1)
      } else if (event.type === 'block') {
        blocks.push(event)
      }
    }
    for (const [number, event] of blocks.entries()) {
      expect(event).toEqual({ type: 'block', block: await view.block(number) })
    }
  })

  it('comes back to exactly what it was when everything since is lost', async () => {
    const call = fc.record({ account: fc.constantFrom('a', 'b', 'c'), kind: fc.constantFrom('faucet', 'approve', 'register') })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 8 }), fc.array(call, { maxLength: 8 }), async (kept, lost) => {
        const { clock, chain, connect } = await world({ tokenBalance: 1_000_000_000n })
        const views = new Map<string, Chain>()
        for (const name of ['a', 'b', 'c']) {
          views.set(name, await connect(name))
        }
        const play = async (calls: typeof kept): Promise<void> => {
          for (const { account, kind } of calls) {
            const { registry } = chain.deployment
            const own = memoryAddress(account)
            const made: Record<string, ChainCall> = {
              faucet: faucet(account, 7n),
              approve: { type: 'approve', spender: registry, amount: 300_000_000n },
              register: { type: 'register', nodeId: memoryNodeId(account), roles: 1, stake: 100_000_000n, payout: own }
            }
            await clock.complete((views.get(account) as Chain).send(made[kind] as ChainCall).catch(() => {}))
          }
        }
        const look = async () => {
          const view = views.get('a') as Chain
          const accounts = [...['a', 'b', 'c'].map(memoryAddress), chain.deployment.registry]
          return {
            registrations: await view.registrations(),
            balances: await Promise.all(accounts.map((account: Address) => view.balances(account)))
          }
        }
        await play(kept)
        const before = await look()
        const { number } = await (views.get('a') as Chain).head()
        await play(lost)
        const head = await (views.get('a') as Chain).head()
        chain.reorg(head.number - number, { loseCalls: true })
        expect(await look()).toEqual(before)
      }),
      { numRuns: 40 }
    )
  })

  it('pays a root only once it is old enough, and never more than was committed', async () => {
    const { clock, chain, connect, commitCall } = await world({ claimDelaySeconds: 60 })
    const view = await connect('a')
    await clock.advance(10_000)
    const tree = createMerkleTree([rewardLeaf(memoryAddress('a'), 500n)])
    const commit = await commitCall(view, { rewardsRoot: tree.root, totals: { results: 1, rewards: 400n } })
    await clock.complete(view.send(commit))
    const claim: ChainCall = { type: 'claim', operator: memoryAddress('a'), cumulative: 500n, proof: [] }
    await expect(view.simulate(claim)).rejects.toMatchObject({ details: { reason: 'NoRootYet' } })
    await clock.advance(60_000)
    await expect(view.simulate(claim)).rejects.toMatchObject({ details: { reason: 'ClaimsExceedRewards' } })
    await clock.complete(view.send(await commitCall(view, { rewardsRoot: tree.root, totals: { results: 1, rewards: 500n } })))
    await clock.complete(view.send(claim))
    expect(chain.totals()).toMatchObject({ claimed: 500n, rewards: 500n, commits: 2 })
  })

  it('cannot be reached in an outage, while blocks go on', async () => {
    const { clock, chain, connect } = await world()
    const [a, b] = [await connect('a'), await connect('b')]
    const numbers: number[] = []
    const controller = new AbortController()
    const following = (async () => {
      for await (const event of a.follow(0, { signal: controller.signal })) {
        numbers.push(event.type === 'block' ? event.block.number : -1)
      }
    })()
    await clock.advance(2000)
    chain.setOutage(true, memoryAddress('a'))
    await clock.advance(3000)
    await expect(a.head()).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    expect((await b.head()).number).toBe(5)
    expect(numbers).toEqual([0, 1, 2])
    chain.setOutage(false, memoryAddress('a'))
    await clock.advance(1000)
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6])
    chain.setOutage(true)
    await expect(b.send(faucet('b', 1n))).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    controller.abort()
    await following
  })

  it('says when a call gets into no block, cannot be paid for, or the handle is closed', async () => {
    const { clock, chain, connect } = await world({ sendTimeoutMs: 30_000 })
    const view = await connect('a')
    chain.setNativeBalance(memoryAddress('a'), 1n)
    await expect(clock.complete(view.send(faucet('a', 1n)))).rejects.toMatchObject({ code: 'CHAIN_INSUFFICIENT_FUNDS' })
    chain.setNativeBalance(memoryAddress('a'), 10n ** 18n)
    await chain.stop()
    await expect(clock.complete(view.send(faucet('a', 1n)))).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' })
    const pending = view.send(faucet('a', 1n))
    const outcome = expect(pending).rejects.toMatchObject({ code: 'CHAIN_NOT_STARTED' })
    await clock.settle()
    await view.stop()
    await outcome
    await expect(view.head()).rejects.toMatchObject({ code: 'CHAIN_NOT_STARTED' })
    expect(() => view.deployment()).toThrow('start()')
  })

  it('has the same hashes in the same history only', async () => {
    const run = async (amount: bigint): Promise<Hex32> => {
      const { clock, connect } = await world()
      const view = await connect('a')
      await clock.complete(view.send(faucet('a', amount)))
      await clock.advance(5000)
      return (await view.head()).hash
    }
    expect(await run(1n)).toBe(await run(1n))
    const { clock, chain, connect } = await world()
    const view = await connect('a')
    await clock.advance(5000)
    const before = await view.block(3)
    chain.reorg(3)
    expect((await view.block(3))?.hash).not.toBe(before?.hash)
  })
})
