import { attestationDigest, commitDigest } from '@cortensor/contracts'
import type { EpochNumber } from '@cortensor/interface'
import { checkAttestations } from '@cortensor/proofs'
import { beforeAll, describe, expect, it } from 'vitest'
import { account, type ChainStory, expectRevert, hex32 } from './chain-story.js'

/** Commits, their attestations, and what is told of them. */
export function describeCommits(story: () => ChainStory): void {
  describe('commits', () => {
    let attest: ChainStory['attest']
    let chain: ChainStory['chain']
    let committee: ChainStory['committee']
    let nextCommit: ChainStory['nextCommit']
    let other: ChainStory['other']
    let world: ChainStory
    beforeAll(() => {
      world = story()
      ;({ attest, chain, committee, nextCommit, other } = story())
    })

    it('takes an attested commit', async () => {
      const commit = await nextCommit()
      const call = await attest(commit)
      await other.simulate(call)
      const receipt = await other.send(call)
      expect(receipt.gasUsed).toBeGreaterThan(0n)
      const expected = {
        ...commit,
        digest: commitDigest(commit),
        config: committee.config,
        view: 1,
        block: receipt.block,
        transactionHash: receipt.transactionHash
      }
      expect(await chain.lastCommit()).toEqual(expected)
      expect(await chain.commit(commit.epoch)).toEqual(expected)
      expect(await chain.commit((commit.epoch + 1) as EpochNumber)).toBeNull()
    })

    it('tells the views of committed epochs, and not of others', async () => {
      const first = await nextCommit()
      await chain.send(await attest(first))
      await chain.send(await attest(await nextCommit()))
      const [from, to] = [first.epoch, (first.epoch + 1) as EpochNumber]
      const views = [from, to].map((epoch) => ({ epoch, config: committee.config, view: 1 }))
      expect(await chain.views({ from, to })).toEqual(views)
      expect(await world.reader.views({ from: to, to })).toEqual(views.slice(1))
      await expect(chain.views({ from, to: (to + 1) as EpochNumber })).rejects.toMatchObject({ code: 'CHAIN_RPC_UNREACHABLE' })
    })

    it('hands out the signatures of a commit, to be checked without the contract', async () => {
      const commit = await nextCommit()
      const signers = [1, 3].slice(0, committee.attestations)
      const call = await attest(commit, { signers })
      await chain.send(call)
      const found = await world.reader.attestations(commit.epoch)
      expect(found).toEqual({ commit: await chain.commit(commit.epoch), committee, attestations: call.signatures })
      const { attestations = [] } = found ?? {}
      const context = { chainId: chain.chainId(), committeeAddress: chain.deployment().committee, committee, view: call.view }
      const digest = attestationDigest(
        { chainId: context.chainId, committee: context.committeeAddress },
        { config: committee.config, epoch: commit.epoch, prev: commit.prev, view: call.view, digest: commitDigest(commit) }
      )
      const recovered = await Promise.all(attestations.map(({ signature }) => world.verifier.recover(digest, signature)))
      expect(recovered).toEqual(signers.map((index) => world.members[index]?.operator))
      expect(await checkAttestations(world.verifier, { ...context, commit, attestations })).toBe(true)
      const changed = { ...commit, totals: { ...commit.totals, results: 4 } }
      expect(await checkAttestations(world.verifier, { ...context, commit: changed, attestations })).toBe(false)
      // Those of an earlier epoch stay readable, and there are none of one to come.
      expect((await chain.attestations((commit.epoch - 1) as EpochNumber))?.commit.epoch).toBe(commit.epoch - 1)
      expect(await chain.attestations((commit.epoch + 1) as EpochNumber)).toBeNull()
    })

    it('takes each epoch once, in order, chained on the last', async () => {
      const call = await attest(await nextCommit())
      await chain.send(call)
      await expectRevert(chain.simulate(call), 'WrongEpoch')
      const twin = { ...call.commit, totals: { ...call.commit.totals, results: 99 } }
      await expectRevert(chain.send(await attest(twin)), 'WrongEpoch')
      const next = await nextCommit()
      await expectRevert(chain.simulate(await attest({ ...next, epoch: (next.epoch + 1) as EpochNumber })), 'WrongEpoch')
      await expectRevert(chain.simulate(await attest({ ...next, prev: hex32('77') })), 'WrongPrev')
    })

    it('ends well for everybody who sends the same commit, and it is there once', async () => {
      const call = await attest(await nextCommit())
      const receipts = await Promise.all([chain.send(call), other.send(call)])
      const again = await other.send(call)
      expect(new Set([...receipts, again].map(({ transactionHash }) => transactionHash)).size).toBe(1)
      const found = await chain.commit(call.commit.epoch)
      expect(again).toMatchObject({ transactionHash: found?.transactionHash, block: found?.block })
      expect(await chain.lastCommit()).toEqual(found)
    })

    it('waits for as many blocks as it is told to', async () => {
      const sent = chain.send({ type: 'faucet', to: account(chain), amount: 1n }, { confirmations: 3 })
      const { block } = await sent
      expect((await chain.head()).number).toBeGreaterThanOrEqual(block.number + 2)
      expect(await chain.block(block.number)).toEqual(block)
      const call = await attest(await nextCommit())
      await other.send(call)
      const known = await chain.send(call, { confirmations: 4 })
      expect((await chain.head()).number).toBeGreaterThanOrEqual(known.block.number + 3)
    })

    it('follows only what lies deep enough, when told to', async () => {
      const controller = new AbortController()
      let blocks = 0
      const { number } = await chain.head()
      for await (const event of chain.follow(number - 1, { confirmations: 3, signal: controller.signal })) {
        if (event.type === 'block') {
          blocks += 1
          expect((await chain.head()).number).toBeGreaterThanOrEqual(event.block.number + 2)
        }
        if (blocks === 3) {
          controller.abort()
        }
      }
      expect(blocks).toBe(3)
    })

    it('tells only the kinds of events that are asked for', async () => {
      const { number } = await chain.head()
      const call = await attest(await nextCommit())
      await other.send(call)
      const controller = new AbortController()
      for await (const event of chain.follow(number, { only: ['epoch'], signal: controller.signal })) {
        expect(event).toMatchObject({ type: 'epoch', commit: { epoch: call.commit.epoch } })
        controller.abort()
      }
    })

    it('takes nothing but the right signatures', async () => {
      const commit = await nextCommit()
      const good = await attest(commit)
      const [first, second] = good.signatures
      await expectRevert(chain.send({ ...good, signatures: first ? [first] : [] }), 'WrongSignatureCount')
      await expectRevert(chain.simulate(await attest(commit, { signers: [0, 1, 2] })), 'WrongSignatureCount')
      await expectRevert(chain.simulate({ ...good, signatures: first ? [first, first] : [] }), 'WrongSignatureCount')
      const swapped = [first, second].map((each, i) => ({ index: i + 1, signature: each?.signature ?? new Uint8Array(64) }))
      await expectRevert(chain.simulate({ ...good, signatures: swapped }), 'BadSignature')
      await expectRevert(chain.simulate({ ...good, view: good.view + 1 }), 'BadSignature')
      const changed = { ...commit, totals: { ...commit.totals, results: 4 } }
      await expectRevert(chain.simulate({ ...good, commit: changed }), 'BadSignature')
      await chain.simulate(good)
    })
  })
}
