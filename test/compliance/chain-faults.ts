import { falseWindowLeaf, rewardLeaf } from '@cortensor/contracts'
import { createMerkleTree } from '@cortensor/crypto'
import { type Chain, type ChainCall, type EpochNumber, type FalseWindow, ROLE_BITS, type TaskId } from '@cortensor/interface'
import { beforeAll, describe, expect, it } from 'vitest'
import { account, type ChainStory, expectRevert, nodeIdOf, zeroAddress } from './chain-story.js'

/** What a false window costs, by its leaf in a committed epoch, and whom. */
export function describeFaults(story: () => ChainStory): void {
  describe('false windows', () => {
    let world: ChainStory
    let chain: Chain
    let other: Chain
    beforeAll(() => {
      world = story()
      ;({ chain, other } = world)
    })
    const [liar, honest, leaving] = [nodeIdOf(21), nodeIdOf(22), nodeIdOf(23)]

    it('cost a miner half of its stake, once, and an honest one of the same operator nothing', async () => {
      const minimum = await other.minimumStake(ROLE_BITS.miner)
      const stake = minimum + 1n
      await other.send({ type: 'faucet', to: account(other), amount: 3n * stake })
      await other.send({ type: 'approve', spender: other.deployment().registry, amount: 3n * stake })
      for (const nodeId of [liar, honest, leaving]) {
        await other.send({ type: 'register', nodeId, roles: ROLE_BITS.miner, stake, payout: zeroAddress })
      }
      await other.send({ type: 'unbond', nodeId: leaving })
      expect(await world.reader.stake(account(other), liar)).toEqual({ amount: stake, releaseAtMs: null })
      expect(await world.reader.stake(account(chain), liar)).toBeNull()

      const faultOf = (node: typeof liar): FalseWindow => ({
        ...{ operator: account(other), node, subject: 'ab'.repeat(32) as TaskId, window: 3 }
      })
      const leaves = [falseWindowLeaf(faultOf(liar)), falseWindowLeaf(faultOf(leaving)), rewardLeaf(account(other), 5n)]
      const tree = createMerkleTree(leaves)
      const commit = await world.nextCommit({ rewardsRoot: tree.root })
      type Punish = Extract<ChainCall, { type: 'punishFalseWindow' }>
      const punish = (node: typeof liar): Punish => {
        const proof = tree.proof(falseWindowLeaf(faultOf(node))) ?? []
        return { type: 'punishFalseWindow', epoch: commit.epoch, fault: faultOf(node), proof }
      }
      // Before there is such a commit, before another one has followed it, and only then.
      await expectRevert(chain.simulate(punish(liar)), 'NotInRing')
      await chain.send(await world.attest(commit))
      await expectRevert(chain.send(punish(liar)), 'TooRecent')
      await chain.send(await world.attest(await world.nextCommit()))
      await expectRevert(chain.simulate({ ...punish(liar), epoch: 0 as EpochNumber }), 'NotInRing')
      await expectRevert(chain.simulate({ ...punish(liar), epoch: (commit.epoch - 1) as EpochNumber }), 'InvalidFault')
      await expectRevert(chain.simulate({ ...punish(liar), proof: [] }), 'InvalidFault')
      await expectRevert(chain.simulate({ ...punish(liar), proof: punish(leaving).proof }), 'InvalidFault')
      const altered: Partial<FalseWindow>[] = [
        { node: honest },
        { operator: account(chain) },
        { window: 4 },
        { subject: 'cd'.repeat(32) as TaskId }
      ]
      for (const change of altered) {
        await expectRevert(chain.simulate({ ...punish(liar), fault: { ...faultOf(liar), ...change } }), 'InvalidFault')
      }

      await chain.send(punish(liar))
      const left = stake - (stake + 1n) / 2n
      expect(await world.reader.stake(account(other), liar)).toMatchObject({ amount: left, releaseAtMs: expect.any(Number) })
      await expectRevert(chain.simulate(punish(liar)), 'FaultPunished')
      await expectRevert(other.send(punish(liar)), 'FaultPunished')
      // A later epoch that says the same is no second fault.
      await chain.send(await world.attest(await world.nextCommit({ rewardsRoot: tree.root })))
      await chain.send(await world.attest(await world.nextCommit()))
      const later = (commit.epoch + 2) as EpochNumber
      await expectRevert(chain.simulate({ ...punish(liar), epoch: later }), 'FaultPunished')
      // Who left in time is still reached while the stake waits.
      await chain.send({ ...punish(leaving), epoch: later })
      expect((await world.reader.stake(account(other), leaving))?.amount).toBe(left)
      expect(await world.reader.stake(account(other), honest)).toEqual({ amount: stake, releaseAtMs: null })
      const registered = (await chain.registrations()).map(({ nodeId }) => nodeId)
      expect([liar, honest, leaving].map((nodeId) => registered.includes(nodeId))).toEqual([false, true, false])
      await expectRevert(other.simulate({ type: 'withdrawStake', nodeId: liar }), 'StillUnbonding')
      await world.advance(4_000)
      const before = (await other.balances(account(other))).token
      await other.send({ type: 'withdrawStake', nodeId: liar })
      expect((await other.balances(account(other))).token - before).toBe(left)
      expect(await world.reader.stake(account(other), liar)).toBeNull()
    })
  })
}
