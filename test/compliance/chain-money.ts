import { rewardLeaf, sessionIdOf, sessionNumber, settlementLeaf } from '@cortensor/contracts'
import { createMerkleTree } from '@cortensor/crypto'
import type { Address, Chain, ChainCall, Hex32, ModelId, SessionId, SessionTerms, TokenAmount } from '@cortensor/interface'
import { beforeAll, describe, expect, it } from 'vitest'
import { account, type ChainStory, expectRevert, nodeIdOf } from './chain-story.js'

/** What is earned, claimed, kept in escrow and settled. */
export function describeMoney(story: () => ChainStory): void {
  describe('money', () => {
    let attest: ChainStory['attest']
    let chain: ChainStory['chain']
    let eventsUntil: ChainStory['eventsUntil']
    let nextCommit: ChainStory['nextCommit']
    let other: ChainStory['other']
    let world: ChainStory
    beforeAll(() => {
      world = story()
      ;({ attest, chain, eventsUntil, nextCommit, other } = story())
    })

    it('lets rewards rise no faster than emission and funding allow', async () => {
      await world.advance(2)
      await chain.send(await attest(await nextCommit({ totals: { results: 1, rewards: 1000n } })))
      const withRewards = async (rewards: TokenAmount) => attest(await nextCommit({ totals: { results: 1, rewards } }))
      await expectRevert(chain.simulate(await withRewards(999n)), 'RewardsDecreased')
      await expectRevert(chain.simulate(await withRewards(world.funded)), 'RewardsOverCap')
      await expectRevert(chain.simulate(await withRewards(world.funded + 1n)), 'RewardsOverFunding')
    })

    it('pays a claim once, to the payout address, whoever sends it', async () => {
      await world.advance(3)
      const payout = `0x${'ee'.repeat(20)}` as Address
      const earned = [
        { operator: account(chain), cumulative: 700n },
        { operator: account(other), cumulative: 800n }
      ]
      const tree = createMerkleTree(earned.map(({ operator, cumulative }) => rewardLeaf(operator, cumulative)))
      await chain.send(await attest(await nextCommit({ rewardsRoot: tree.root, totals: { results: 2, rewards: 1500n } })))
      const proof = tree.proof(rewardLeaf(account(chain), 700n)) ?? []
      const claim: ChainCall = { type: 'claim', operator: account(chain), cumulative: 700n, proof }
      expect(await chain.claimed(account(chain))).toBe(0n)
      const before = await chain.balances(payout)
      await expectRevert(other.simulate({ ...claim, cumulative: 701n }), 'InvalidProof')
      await other.send(claim)
      expect((await chain.balances(payout)).token - before.token).toBe(700n)
      expect(await chain.claimed(account(chain))).toBe(700n)
      await expectRevert(other.send(claim), 'NothingToClaim')
      expect((await chain.balances(payout)).token - before.token).toBe(700n)
    })

    it('keeps a session from its creation to the withdrawal of the rest', async () => {
      const token = async (of: Chain) => (await chain.balances(account(of))).token
      const { distributor, sessions: escrow } = chain.deployment()
      const terms: SessionTerms = {
        ...{ mode: 'hybrid', sla: 'high', redundant: false, minNodes: 1, maxNodes: 3, validators: 0 },
        ...{ reservedNodes: 0, reserveSeconds: 300, maxExecutions: 5, maxPrice: 2_000_000n }
      }
      const profile = { terms, model: 'ab'.repeat(32) as ModelId, name: 'first', metadata: '{}' }
      await expectRevert(
        other.simulate({ type: 'createSession', ...profile, terms: { ...terms, minNodes: 0 }, routers: [] }),
        'InvalidTerms'
      )
      const created = await other.send({ type: 'createSession', ...profile, routers: [nodeIdOf(5)] })
      const [session] = await chain.sessions()
      const id = session?.id as SessionId
      expect(session).toEqual({
        ...{ id, owner: account(other), ...profile, routers: [nodeIdOf(5)] },
        ...{ balance: 0n, settled: 0n, paid: 0n, closed: null, createdBy: created.transactionHash }
      })
      const now = async () => (await world.reader.sessions({ ids: [id] }))[0]

      await expectRevert(
        chain.simulate({ type: 'setSessionRouter', session: id, router: nodeIdOf(6), isAllowed: true }),
        'NotOwner'
      )
      await other.send({ type: 'setSessionRouter', session: id, router: nodeIdOf(6), isAllowed: true })
      await other.send({ type: 'setSessionRouter', session: id, router: nodeIdOf(5), isAllowed: false })
      await expectRevert(
        other.simulate({ type: 'setSessionRouter', session: id, router: nodeIdOf(5), isAllowed: false }),
        'RouterUnchanged'
      )
      await other.send({ type: 'updateSession', session: id, ...profile, model: null, name: 'second' })
      expect(await now()).toMatchObject({ routers: [nodeIdOf(6)], model: null, name: 'second' })

      await chain.send({ type: 'faucet', to: account(chain), amount: 1000n })
      const deposit: ChainCall = { type: 'depositSession', session: id, amount: 1000n }
      await expectRevert(chain.simulate({ ...deposit, amount: 0n }), 'NoAmount')
      await expectRevert(chain.simulate(deposit), 'ERC20InsufficientAllowance')
      await chain.send({ type: 'approve', spender: escrow, amount: 1000n })
      const deposited = await chain.send(deposit)
      expect(await now()).toMatchObject({ balance: 1000n, settled: 0n, paid: 0n })
      const before = { toBlock: deposited.block.number - 1 }
      expect(await world.reader.sessions(before)).toMatchObject([{ id, balance: 0n }])
      expect(await world.reader.sessions({ ids: [sessionIdOf(99)] })).toEqual([])
      expect(await world.reader.sessions({ toBlock: created.block.number - 1 })).toEqual([])

      const leaves = [settlementLeaf(sessionNumber(id), 300n), rewardLeaf(account(chain), 700n)]
      const tree = createMerkleTree(leaves)
      const proof = tree.proof(leaves[0] as Hex32) ?? []
      await chain.send(await attest(await nextCommit({ rewardsRoot: tree.root })))
      const settle: ChainCall = { type: 'settleSession', session: id, cumulative: 300n, proof }
      await expectRevert(chain.simulate({ ...settle, cumulative: 301n }), 'InvalidSettlement')
      const funds = (await chain.balances(distributor)).token
      await chain.send(settle)
      expect((await chain.balances(distributor)).token - funds).toBe(300n)
      expect(await now()).toMatchObject({ balance: 700n, settled: 300n, paid: 300n })
      await expectRevert(chain.simulate(settle), 'NothingToSettle')

      await expectRevert(chain.simulate({ type: 'closeSession', session: id }), 'NotOwner')
      await expectRevert(other.simulate({ type: 'withdrawSession', session: id }), 'SessionIsOpen')
      await other.send({ type: 'closeSession', session: id })
      const lastEpoch = ((await chain.lastCommit())?.epoch ?? 0) + 1
      expect((await now())?.closed).toMatchObject({ lastEpoch })
      await expectRevert(chain.simulate(deposit), 'SessionIsClosed')
      await expectRevert(other.simulate({ type: 'withdrawSession', session: id }), 'StillSettling')
      await chain.send(await attest(await nextCommit()))
      await chain.send(await attest(await nextCommit()))
      await world.advance(3600)
      const had = await token(other)
      await other.send({ type: 'withdrawSession', session: id })
      expect((await token(other)) - had).toBe(700n)
      expect(await now()).toMatchObject({ balance: 0n, paid: 300n })

      const events = await eventsUntil(created.block.number, (event) => event.type === 'session' && event.change === 'withdrawn')
      expect(events.flatMap((event) => (event.type === 'session' ? [[event.session, event.change, event.amount]] : []))).toEqual([
        [id, 'created', 0n],
        [id, 'router', 0n],
        [id, 'router', 0n],
        [id, 'router', 0n],
        [id, 'updated', 0n],
        [id, 'deposited', 1000n],
        [id, 'settled', 300n],
        [id, 'closed', 0n],
        [id, 'withdrawn', 700n]
      ])
    })
  })
}
