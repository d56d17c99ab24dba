import {
  attestationDigest,
  commitDigest,
  configHash,
  type RevertReason,
  rewardLeaf,
  sessionIdOf,
  sessionNumber,
  settlementLeaf
} from '@cortensor/contracts'
import { cidFromHex32, createMerkleTree, publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import {
  type Address,
  type Chain,
  type ChainCall,
  type ChainEvent,
  type Committee,
  type EpochCommit,
  type EpochNumber,
  type Equivocation,
  type Hex32,
  type ModelId,
  ROLE_BITS,
  type SessionId,
  type SessionTerms,
  type Signer,
  type TokenAmount,
  type Verifier
} from '@cortensor/interface'
import { checkAttestations } from '@cortensor/proofs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * A fresh network: nobody is registered, nothing is committed. Accounts have native coin and no tokens. Time passes by itself, so
 * that what is sent is mined soon.
 */
export interface ChainSetup {
  /** The committee in its order, at least four; its configuration has nonce 0. */
  members: readonly Signer[]
  /** Of the members' signatures. */
  verifier: Verifier
  /** Started; sends from the first member's operator account. */
  chain: Chain
  /** Started; sends from an account outside the committee. */
  other: Chain
  /** Started; without an account. */
  reader: Chain
  /** Emission cap in micro-COR a second, at least 1000. */
  maxRewardPerSecond: TokenAmount
  /** What the distributor holds: far more than may be emitted while the suite runs. */
  funded: TokenAmount
  /** Lets at least this much time pass on the chain. */
  advance(seconds: number): Promise<void>
  stop(): Promise<void>
}

type CommitCall = Extract<ChainCall, { type: 'commitEpoch' }>

const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32
const zeroAddress = `0x${'00'.repeat(20)}` as Address
const nodeIdOf = (byte: number) => publicKeyToNodeId(new Uint8Array(32).fill(byte))

export function chainCompliance(name: string, setup: () => Promise<ChainSetup>): void {
  describe(`chain: ${name}`, () => {
    let world: ChainSetup
    let chain: Chain
    let other: Chain
    let committee: Committee

    beforeAll(async () => {
      world = await setup()
      chain = world.chain
      other = world.other
      committee = await chain.committee()
    }, 60_000)
    afterAll(() => world?.stop())

    const account = (of: Chain): Address => of.account as Address

    /** The next commit of the chain as it is, with what a test wants to be different. */
    const nextCommit = async (changes: Partial<EpochCommit> = {}): Promise<EpochCommit> => {
      const last = await chain.lastCommit()
      return {
        epoch: ((last?.epoch ?? 0) + 1) as EpochNumber,
        prev: last?.digest ?? ZERO_HEX32,
        resultsRoot: hex32('a1'),
        rewardsRoot: last?.rewardsRoot ?? hex32('b2'),
        reportCid: cidFromHex32(hex32('c3')),
        totals: { results: 3, rewards: last?.totals.rewards ?? 0n },
        ...changes
      }
    }

    const attest = async (
      commit: EpochCommit,
      changes: Partial<CommitCall> & { signers?: number[] } = {}
    ): Promise<CommitCall> => {
      const { signers = [0, 2].slice(0, committee.attestations), ...rest } = changes
      const view = 1
      const domain = { chainId: chain.chainId(), committee: chain.deployment().committee }
      const digest = attestationDigest(domain, {
        config: committee.config,
        epoch: commit.epoch,
        prev: commit.prev,
        view,
        digest: commitDigest(commit)
      })
      const signatures = await Promise.all(
        signers.map(async (index) => ({ index, signature: await (world.members[index] as Signer).signDigest(digest) }))
      )
      return { type: 'commitEpoch', commit, view, signatures, ...rest }
    }

    const expectRevert = async (result: Promise<unknown>, reason: RevertReason): Promise<void> => {
      await expect(result).rejects.toMatchObject({ code: 'CHAIN_REVERTED', details: { reason } })
    }

    /** Events from a block on, up to and including the first that `isLast`. */
    const eventsUntil = async (from: number, isLast: (event: ChainEvent) => boolean): Promise<ChainEvent[]> => {
      const events: ChainEvent[] = []
      const controller = new AbortController()
      for await (const event of other.follow(from, { signal: controller.signal })) {
        events.push(event)
        if (isLast(event)) {
          controller.abort()
        }
      }
      return events
    }

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
      expect(registered.map((event) => event.registration.operator)).toEqual([chain, other, other, other, chain].map(account))
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
