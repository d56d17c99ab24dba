import { commitDigest, configHash } from '@cortensor/contracts'
import { type Address, type ChainCall, type ChainEvent, type Equivocation, ROLE_BITS, type Signer } from '@cortensor/interface'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeCommits } from './chain-commits.js'
import { describeFaults } from './chain-faults.js'
import { describeMoney } from './chain-money.js'
import {
  account,
  type ChainSetup,
  type ChainStory,
  expectRevert,
  hex32,
  nodeIdOf,
  openStory,
  zeroAddress
} from './chain-story.js'

export type { ChainSetup } from './chain-story.js'

/** One story: each part goes on with the chain as those before have left it. */
export function chainCompliance(name: string, setup: () => Promise<ChainSetup>): void {
  describe(`chain: ${name}`, () => {
    let opened: ChainSetup | undefined
    let world: ChainStory
    let attest: ChainStory['attest']
    let chain: ChainStory['chain']
    let committee: ChainStory['committee']
    let eventsUntil: ChainStory['eventsUntil']
    let nextCommit: ChainStory['nextCommit']
    let other: ChainStory['other']

    beforeAll(async () => {
      opened = await setup()
      world = await openStory(opened)
      ;({ attest, chain, committee, eventsUntil, nextCommit, other } = world)
    }, 60_000)
    afterAll(() => opened?.stop())

    it('finds the deployment from the registry', () => {
      const deployment = world.reader.deployment()
      for (const address of [
        deployment.registry,
        deployment.token,
        deployment.committee,
        deployment.distributor,
        deployment.sessions
      ]) {
        expect(address).toMatch(/^0x[0-9a-f]{40}$/)
      }
      expect(deployment).toEqual(chain.deployment())
      expect(world.reader.chainId()).toBe(chain.chainId())
      expect(world.reader.account).toBeNull()
    })

    it('knows the committee in its order', () => {
      expect(committee.members).toEqual(world.members.map(({ operator, nodeId }) => ({ operator, nodeId })))
      expect(committee.attestations).toBeGreaterThan(committee.faults)
      const { chainId, committee: address } = { chainId: chain.chainId(), committee: chain.deployment().committee }
      expect(committee.config).toBe(configHash({ ...committee, chainId, committee: address, nonce: 0 }))
    })

    it('has blocks that name one another by number', async () => {
      const head = await chain.head()
      expect(await chain.block(head.number)).toEqual(head)
      expect(await chain.block(head.number + 100_000)).toBeNull()
      expect(head.timestampMs).toBeGreaterThanOrEqual(chain.deployment().genesisMs)
    })

    it('pays from the faucet, within its limit', async () => {
      const before = await chain.balances(account(chain))
      await chain.send({ type: 'faucet', to: account(chain), amount: 5_000_000n })
      const after = await chain.balances(account(chain))
      expect(after.token - before.token).toBe(5_000_000n)
      expect(after.native).toBeGreaterThan(0n)
      await expectRevert(chain.simulate({ type: 'faucet', to: account(chain), amount: 2n ** 62n }), 'FaucetLimit')
    })

    it('registers with a stake, and tells the registry as of a block', async () => {
      const stake = await chain.minimumStake(ROLE_BITS.miner)
      const payout = `0x${'ee'.repeat(20)}` as Address
      const call: ChainCall = { type: 'register', nodeId: nodeIdOf(1), roles: ROLE_BITS.miner, stake, payout }
      await chain.send({ type: 'faucet', to: account(chain), amount: stake })
      await expectRevert(chain.send(call), 'ERC20InsufficientAllowance')
      await chain.send({ type: 'approve', spender: chain.deployment().registry, amount: stake })
      await expectRevert(chain.send({ ...call, stake: stake - 1n }), 'StakeTooLow')
      await expectRevert(chain.send({ ...call, roles: 0 }), 'InvalidRoles')
      const receipt = await chain.send(call)
      const expected = { operator: account(chain), nodeId: nodeIdOf(1), roles: ROLE_BITS.miner, stake, payout }
      expect(await other.registrations()).toEqual([expected])
      expect(await other.registrations({ toBlock: receipt.block.number })).toEqual([expected])
      expect(await other.registrations({ toBlock: receipt.block.number - 1 })).toEqual([])
    })

    it('adds up stakes of one registration, keyed by operator and node id', async () => {
      const stake = await other.minimumStake(ROLE_BITS.router)
      const call: ChainCall = { type: 'register', nodeId: nodeIdOf(1), roles: ROLE_BITS.router, stake, payout: zeroAddress }
      await other.send({ type: 'faucet', to: account(other), amount: stake * 2n })
      await other.send({ type: 'approve', spender: other.deployment().registry, amount: stake * 2n })
      await other.send(call)
      await other.send(call)
      const all = await chain.registrations()
      expect(all).toHaveLength(2)
      // Without a payout address of its own, an operator is paid itself.
      expect(all).toContainEqual({
        operator: account(other),
        nodeId: nodeIdOf(1),
        roles: ROLE_BITS.router,
        stake: stake * 2n,
        payout: account(other)
      })
    })

    describeCommits(() => world)

    it('lets an operator change where it is paid, and a node leave', async () => {
      const stake = await other.minimumStake(ROLE_BITS.miner)
      const nodeId = nodeIdOf(9)
      await other.send({ type: 'faucet', to: account(other), amount: stake })
      await other.send({ type: 'approve', spender: other.deployment().registry, amount: stake })
      await expectRevert(other.simulate({ type: 'unbond', nodeId }), 'NotRegistered')
      const registered = await other.send({ type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: zeroAddress })
      const own = async (toBlock?: number) =>
        (await world.reader.registrations(toBlock === undefined ? {} : { toBlock })).filter((each) => each.nodeId === nodeId)
      const payout = `0x${'ab'.repeat(20)}` as Address
      await other.send({ type: 'setPayout', payout })
      expect(await own()).toMatchObject([{ stake, payout }])
      expect(await own(registered.block.number)).toMatchObject([{ payout: account(other) }])
      await other.send({ type: 'setPayout', payout: zeroAddress })
      expect(await own()).toMatchObject([{ payout: account(other) }])
      const before = (await other.balances(account(other))).token
      await expectRevert(other.simulate({ type: 'withdrawStake', nodeId }), 'NotUnbonding')
      await other.send({ type: 'unbond', nodeId })
      expect(await own()).toEqual([])
      await expectRevert(other.simulate({ type: 'unbond', nodeId }), 'NotRegistered')
      await expectRevert(other.simulate({ type: 'withdrawStake', nodeId }), 'StillUnbonding')
      const again: ChainCall = { type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: zeroAddress }
      await expectRevert(other.simulate(again), 'StillUnbonding')
      await world.advance(3600)
      await other.send({ type: 'withdrawStake', nodeId })
      expect((await other.balances(account(other))).token).toBe(before + stake)
      await expectRevert(other.simulate({ type: 'withdrawStake', nodeId }), 'NotUnbonding')
    })

    it('slashes a member that attested twice, once', async () => {
      const commit = await nextCommit()
      const twin = { ...commit, totals: { ...commit.totals, results: 4 } }
      const both = await Promise.all([attest(commit, { signers: [0] }), attest(twin, { signers: [0] })])
      const [first, second] = both.map((call) => ({
        digest: commitDigest(call.commit),
        signature: call.signatures[0]?.signature ?? new Uint8Array(64)
      })) as [Equivocation['attestations'][0], Equivocation['attestations'][0]]
      const evidence: Equivocation = {
        config: committee.config,
        index: 0,
        epoch: commit.epoch,
        prev: commit.prev,
        view: 1,
        attestations: [first, second]
      }
      const report = (changes: Partial<Equivocation> = {}): ChainCall => ({
        type: 'reportEquivocation',
        evidence: { ...evidence, ...changes }
      })
      await expectRevert(other.simulate(report()), 'NothingToSlash')
      const stake = await chain.minimumStake(ROLE_BITS.oracle)
      const { nodeId } = world.members[0] as Signer
      await chain.send({ type: 'faucet', to: account(chain), amount: stake })
      await chain.send({ type: 'approve', spender: chain.deployment().registry, amount: stake })
      await chain.send({ type: 'register', nodeId, roles: ROLE_BITS.oracle, stake, payout: zeroAddress })
      const isIn = async () => (await chain.registrations()).some((each) => each.nodeId === nodeId)
      expect(await isIn()).toBe(true)
      await expectRevert(other.simulate(report({ attestations: [first, first] })), 'NoEquivocation')
      await expectRevert(other.simulate(report({ view: 2 })), 'BadSignature')
      await expectRevert(other.simulate(report({ index: 1 })), 'BadSignature')
      await expectRevert(other.simulate(report({ index: 4 })), 'BadSignature')
      await expectRevert(other.simulate(report({ config: hex32('77') })), 'UnknownConfig')
      await other.send(report())
      expect(await isIn()).toBe(false)
      await expectRevert(other.simulate(report()), 'AlreadyPunished')
      await expectRevert(other.simulate(report({ attestations: [second, first] })), 'AlreadyPunished')
      await expectRevert(chain.simulate({ type: 'unbond', nodeId }), 'NotRegistered')
      await expectRevert(chain.simulate({ type: 'withdrawStake', nodeId }), 'StillUnbonding')
    })

    describeFaults(() => world)
    describeMoney(() => world)

    it('tells what rewards are paid from, as of a block', async () => {
      const { maxRewardPerSecond, funded } = world
      expect(await world.reader.funding()).toEqual({ funded: funded + 300n, maxRewardPerSecond })
      const settled = await eventsUntil(0, (event) => event.type === 'session' && event.change === 'settled')
      const { block } = settled.at(-1) as Extract<ChainEvent, { type: 'session' }>
      expect(await world.reader.funding({ toBlock: block.number })).toEqual({ funded: funded + 300n, maxRewardPerSecond })
      expect(await world.reader.funding({ toBlock: block.number - 1 })).toEqual({ funded, maxRewardPerSecond })
    })

    it('follows from a past block, in the order of the chain, then live', async () => {
      const last = await chain.lastCommit()
      const epochs: number[] = []
      let sent: Promise<unknown> | undefined
      const events = await eventsUntil(chain.deployment().fromBlock, (event) => {
        if (event.type === 'epoch') {
          epochs.push(event.commit.epoch)
        }
        if (epochs.length === last?.epoch && sent === undefined) {
          sent = nextCommit()
            .then(attest)
            .then((call) => chain.send(call))
        }
        return epochs.length > (last?.epoch ?? 0)
      })
      await sent
      expect(epochs).toEqual(Array.from({ length: (last?.epoch ?? 0) + 1 }, (_, i) => i + 1))
      expect(events.filter((event) => event.type === 'reorg')).toEqual([])
      const numbers = events.map((event) => (event.type === 'reorg' ? -1 : event.block.number))
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      const blocks = events.filter((event) => event.type === 'block')
      expect(new Set(blocks.map((event) => event.block.number)).size).toBe(blocks.length)
      // A block comes before what happened in it.
      for (const [i, event] of events.entries()) {
        if (event.type === 'epoch') {
          expect(events.slice(0, i)).toContainEqual({ type: 'block', block: event.block })
          expect(await chain.commit(event.commit.epoch)).toEqual(event.commit)
        }
      }
      const registered = events.filter((event) => event.type === 'registered')
      expect(registered.map((event) => event.registration.operator)).toEqual(
        [chain, other, other, other, chain, other, other, other].map(account)
      )
      expect(events.filter((event) => event.type === 'claimed')).toMatchObject([{ operator: account(chain), cumulative: 700n }])
    })

    it('keeps the sends of one account in order, many at a time', async () => {
      const to = `0x${'dd'.repeat(20)}` as Address
      const sends = Array.from({ length: 20 }, (_, i) => chain.send({ type: 'faucet', to, amount: BigInt(i + 1) }))
      const receipts = await Promise.all([...sends, other.send({ type: 'faucet', to, amount: 1000n })])
      expect(new Set(receipts.map((receipt) => receipt.transactionHash)).size).toBe(21)
      expect((await chain.balances(to)).token).toBe(1210n)
      const own = receipts.slice(0, 20).map((receipt) => receipt.block.number)
      expect(own).toEqual([...own].sort((a, b) => a - b))
    })

    it('goes on after a call that reverts among others', async () => {
      const to = `0x${'dc'.repeat(20)}` as Address
      const good = chain.send({ type: 'faucet', to, amount: 1n })
      const bad = chain.send({ type: 'faucet', to, amount: 2n ** 62n })
      const later = chain.send({ type: 'faucet', to, amount: 2n })
      await expectRevert(bad, 'FaucetLimit')
      await Promise.all([good, later])
      expect((await chain.balances(to)).token).toBe(3n)
    })

    it('sends nothing without an account, and stops when told to', async () => {
      const call: ChainCall = { type: 'faucet', to: account(chain), amount: 1n }
      await expect(world.reader.send(call)).rejects.toMatchObject({ code: 'CHAIN_NO_ACCOUNT' })
      await world.reader.simulate(call)
      const reason = new Error('enough')
      await expect(chain.head({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      await expect(chain.send(call, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    })
  })
}
