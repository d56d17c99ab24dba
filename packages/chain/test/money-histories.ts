import { attestationDigest, commitDigest, falseWindowLeaf, rewardLeaf, settlementLeaf } from '@cortensor/contracts'
import { bytesToHex32, cidFromHex32, createMerkleTree, nodeIdToPublicKey, publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import {
  type Address,
  type EpochCommit,
  type EpochNumber,
  type FalseWindow,
  type Hex32,
  isCortensorError,
  type Signer,
  type TaskId
} from '@cortensor/interface'
import type { Interface } from 'ethers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { committeeAbi, distributorAbi, registryAbi, sessionsAbi, tokenAbi } from '../src/abi.js'
import { encodeCall } from '../src/calls.js'
import { accountOf, createDirect, type Direct, word } from './direct.js'
import { type Books, keyOf, MoneyModel, RULES, type Step } from './money-model.js'
import { createWorld, type World } from './world.js'

const OPERATORS = 3
const TOKENS = 20_000n
const FUNDED = 30_000n
/** Steps of one history; each history starts from the same fresh deployment. */
const STEPS = 210
const SECONDS_PER_RUN = 20
/** Of the node that the contracts know by the word of this number. */
const faultOf = (by: number, node: number): FalseWindow => ({
  operator: accountOf(by),
  node: publicKeyToNodeId(new Uint8Array(32).fill(node + 1)),
  subject: 'ab'.repeat(32) as TaskId,
  window: 2
})
const TERMS = [0, 0, false, 1, 3, 1, 0, 0, 0, 0]

/** Raw numbers; what they mean depends on the state in which they are met, so that most steps of a history are worth taking. */
const rawStep = fc.record({
  kind: fc.nat(99),
  by: fc.nat(OPERATORS - 1),
  node: fc.nat(1),
  pick: fc.nat(7),
  amount: fc.nat(1500)
})
interface RawStep {
  kind: number
  by: number
  node: number
  pick: number
  amount: number
}

/**
 * Random histories of calls against the real contracts, next to a model of their money: each call is refused exactly when the model says so,
 * and what the contracts and the token hold is what the model holds.
 */
export function testMoney(runs: number): void {
  let world: World
  let direct: Direct
  let snapshot: unknown
  let genesis: bigint
  let now: bigint
  let config: Hex32

  const target = (abi: Interface, to: Address, from: Address) => ({ abi, to, from })
  const latestTime = async (): Promise<bigint> =>
    BigInt(((await world.dev.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: string }).timestamp)

  beforeAll(async () => {
    const { unbondingSeconds, claimDelaySeconds, settlementSeconds, maxRewardPerSecond, miner, oracle, router } = RULES
    world = await createWorld(4, {
      unbondingSeconds: Number(unbondingSeconds),
      claimDelaySeconds: Number(claimDelaySeconds),
      settlementSeconds: Number(settlementSeconds),
      maxRewardPerSecond,
      funding: FUNDED,
      stakes: { miner, oracle, router }
    })
    direct = await createDirect(world)
    await world.dev.request('anvil_setBlockTimestampInterval', [1])
    const { token, registry, distributor, sessions } = world.deployment
    for (let i = 0; i < OPERATORS; i++) {
      await direct.send(target(tokenAbi, token, accountOf(i)), 'faucet', [accountOf(i), TOKENS])
      for (const spender of [registry, distributor, sessions]) {
        await direct.send(target(tokenAbi, token, accountOf(i)), 'approve', [spender, 2n ** 255n])
      }
    }
    await world.dev.fundAccount(world.deployment.committee)
    genesis = BigInt(world.deployment.genesisMs / 1000)
    config = (await direct.view({ abi: committeeAbi, to: world.deployment.committee }, 'config'))[0] as Hex32
    snapshot = await world.dev.request('evm_snapshot')
  })
  afterAll(() => world?.stop())

  /** The tree that a commit of these books has as its root. */
  const treeOf = ({ earned, faulty, spent }: Books) =>
    createMerkleTree([
      ...[...earned].map(([by, cumulative]) => rewardLeaf(accountOf(by), cumulative)),
      ...[...spent].map(([session, cumulative]) => settlementLeaf(session + 1, cumulative)),
      ...[...faulty].map((key) => falseWindowLeaf(faultOf(...(key.split(' ').map(Number) as [number, number])))),
      word('99')
    ])

  const commitArgs = async (step: Extract<Step, { type: 'commit' }>, prev: Hex32, isSigned: boolean) => {
    const commit: EpochCommit = {
      epoch: step.epoch as EpochNumber,
      prev: step.prev === 'last' ? prev : word('77'),
      resultsRoot: word('a1'),
      rewardsRoot: treeOf(step.books).root,
      reportCid: cidFromHex32(word('c3')),
      totals: { results: 1, rewards: step.books.rewards }
    }
    const digest = attestationDigest(
      { chainId: 31337, committee: world.deployment.committee },
      { config, epoch: commit.epoch, prev: commit.prev, view: 0, digest: commitDigest(commit) }
    )
    // Signatures are looked at last, and signing takes longer than all the rest.
    const signature = (index: number) => (isSigned ? (world.signers[index] as Signer).signDigest(digest) : new Uint8Array(64))
    const sign = async (index: number) => ({ index, signature: await signature(index) })
    const call = {
      type: 'commitEpoch',
      commit,
      view: 0,
      signatures: [await sign(0), await sign(1)]
    } as const
    const args = committeeAbi.decodeFunctionData('commitEpoch', encodeCall(call, world.deployment).data).toArray(true)
    return { args, digest: commitDigest(commit) }
  }

  /** The step that these numbers mean here. */
  const toStep = ({ kind, by, node, pick, amount: raw }: RawStep, model: MoneyModel): Step => {
    const amount = BigInt(raw)
    const session = pick % (model.sessions.length + 1)
    const books = model.payable(now)
    if (kind < 14) return { type: 'register', by, node, roles: pick + (raw % 50 === 0 ? 1 : 0), stake: amount }
    if (kind < 20) return { type: 'unbond', by, node }
    if (kind < 28) return { type: 'withdrawStake', by, node }
    if (kind < 30) return { type: 'slash', by, node, amount, isCommittee: pick !== 0 }
    if (kind < 35) {
      // Of late ones most, and some that the ring does not hold.
      const last = model.commits.length
      return { type: 'punish', by, node, epoch: raw % 30 === 0 ? 0 : raw % 30 === 1 ? last - RULES.ring : last + 1 - pick }
    }
    if (kind < 36) return { type: 'fund', by, amount }
    if (kind < 38) return { type: 'create', by }
    if (kind < 46) return { type: 'deposit', by, session, amount: raw % 20 === 0 ? 0n : amount }
    if (kind < 49) return { type: 'close', by, session }
    if (kind < 55) return { type: 'withdraw', by, session }
    if (kind < 68) return { type: 'settle', session, cumulative: (books?.spent.get(session) ?? 0n) + (raw % 10 === 0 ? 1n : 0n) }
    if (kind < 82) return { type: 'claim', by, cumulative: (books?.earned.get(by) ?? 0n) + (raw % 10 === 0 ? 1n : 0n) }
    const last = model.commits.at(-1)
    // Honest books add up; some are not, as if enough keys were stolen.
    const isHonest = pick !== 0
    const earned = new Map(last?.earned).set(by, (last?.earned.get(by) ?? 0n) + (isHonest ? amount : amount * 50n))
    const spent = new Map(last?.spent)
    const faulty = new Set([...(last?.faulty ?? []), ...(raw % 3 === 0 ? [keyOf({ by, node })] : [])])
    if (model.sessions.length > 0) {
      const one = raw % model.sessions.length
      spent.set(one, (spent.get(one) ?? 0n) + amount)
    }
    const rewards = model.rewards + (pick === 1 ? -1n : pick === 2 ? amount * 50n : isHonest ? amount : 0n)
    return {
      type: 'commit',
      epoch: model.commits.length + (raw % 25 === 1 ? pick : 1),
      prev: raw % 25 === 2 ? 'other' : 'last',
      books: { at: 0n, rewards: rewards < 0n ? 0n : rewards, earned, spent, faulty }
    }
  }

  const toCall = async (step: Step, model: MoneyModel, prev: Hex32, isSigned: boolean) => {
    const { registry, sessions, distributor, committee } = world.deployment
    const nodeOf = (node: number) => word(`0${node + 1}`)
    switch (step.type) {
      case 'register': {
        const args = [nodeOf(step.node), step.roles, step.stake, accountOf(step.by)]
        return { target: target(registryAbi, registry, accountOf(step.by)), name: 'register', args }
      }
      case 'unbond':
        return { target: target(registryAbi, registry, accountOf(step.by)), name: 'unbond', args: [nodeOf(step.node)] }
      case 'withdrawStake':
        return { target: target(registryAbi, registry, accountOf(step.by)), name: 'withdraw', args: [nodeOf(step.node)] }
      case 'slash': {
        const args = [accountOf(step.by), nodeOf(step.node), step.amount]
        return { target: target(registryAbi, registry, step.isCommittee ? committee : accountOf(step.by)), name: 'slash', args }
      }
      case 'punish': {
        const { operator, node, subject, window } = faultOf(step.by, step.node)
        const books = model.commits[step.epoch - 1]
        const proof = books === undefined ? [] : (treeOf(books).proof(falseWindowLeaf(faultOf(step.by, step.node))) ?? [])
        const fault = [operator, bytesToHex32(nodeIdToPublicKey(node)), `0x${subject}`, window]
        const args = [Math.max(step.epoch, 0), fault, proof]
        return { target: target(registryAbi, registry, accountOf(0)), name: 'punishFalseWindow', args }
      }
      case 'fund':
        return { target: target(distributorAbi, distributor, accountOf(step.by)), name: 'fund', args: [step.amount] }
      case 'create':
        return {
          target: target(sessionsAbi, sessions, accountOf(step.by)),
          name: 'create',
          args: [TERMS, word('aa'), [], '', '']
        }
      case 'deposit': {
        const args = [step.session + 1, step.amount]
        return { target: target(sessionsAbi, sessions, accountOf(step.by)), name: 'deposit', args }
      }
      case 'close':
      case 'withdraw':
        return { target: target(sessionsAbi, sessions, accountOf(step.by)), name: step.type, args: [step.session + 1] }
      case 'settle': {
        const books = model.payable(now)
        const proof = books === undefined ? [] : (treeOf(books).proof(settlementLeaf(step.session + 1, step.cumulative)) ?? [])
        return {
          target: target(sessionsAbi, sessions, accountOf(0)),
          name: 'settle',
          args: [step.session + 1, step.cumulative, proof]
        }
      }
      case 'claim': {
        const books = model.payable(now)
        const proof = books === undefined ? [] : (treeOf(books).proof(rewardLeaf(accountOf(step.by), step.cumulative)) ?? [])
        const args = [accountOf(step.by), step.cumulative, proof]
        return { target: target(distributorAbi, distributor, accountOf(0)), name: 'claim', args }
      }
      case 'commit': {
        const { args, digest } = await commitArgs(step, prev, isSigned)
        return { target: target(committeeAbi, committee, accountOf(0)), name: 'commitEpoch', args, digest }
      }
    }
  }

  const expectRefusal = async (step: Step, refusal: string, run: Promise<void>): Promise<void> => {
    const error = await run.catch((reason: unknown) => reason)
    expect({ step, refusal: isCortensorError(error) ? error.details?.reason : error }).toEqual({ step, refusal })
  }

  const checkInvariants = async (model: MoneyModel, last: Hex32): Promise<void> => {
    const { token, registry, sessions, distributor, committee } = world.deployment
    const balanceOf = async (of: Address) => (await direct.view({ abi: tokenAbi, to: token }, 'balanceOf', [of]))[0]
    const [staked, leaving] = [model.stakesBy(false), model.stakesBy(true)]
    const { deposited, withdrawn, slashed } = model.moved
    expect(await direct.view({ abi: registryAbi, to: registry }, 'totals')).toEqual([staked, leaving, slashed])
    expect(staked + leaving + slashed + withdrawn).toBe(deposited)
    expect(await balanceOf(registry)).toBe(deposited - withdrawn)
    expect(await direct.view({ abi: sessionsAbi, to: sessions }, 'escrow')).toEqual([model.escrow])
    expect(await balanceOf(sessions)).toBe(model.escrow)
    expect(await balanceOf(distributor)).toBe(model.funded - model.claimedInAll)
    expect(model.claimedInAll <= model.rewards && model.rewards <= model.funded).toBe(true)
    expect(await Promise.all(model.tokens.map((_, i) => balanceOf(accountOf(i))))).toEqual(model.tokens)
    const head = await direct.view({ abi: committeeAbi, to: committee }, 'head')
    expect(head.slice(0, 3)).toEqual([BigInt(model.commits.length), model.rewards, model.funded])
    if (model.commits.length > 0) {
      expect(await direct.view({ abi: committeeAbi, to: committee }, 'digestAt', [model.commits.length])).toEqual([last])
    }
  }

  it(
    'moves as the model says, whatever is called in whatever order',
    async () => {
      const counts = { calls: 0, taken: 0, refused: 0 }
      const reasons = new Set<string>()
      const history = fc.array(rawStep, { minLength: STEPS, maxLength: STEPS })
      const property = fc.asyncProperty(history, async (steps) => {
        await world.dev.request('evm_revert', [snapshot])
        snapshot = await world.dev.request('evm_snapshot')
        const model = new MoneyModel({ operators: OPERATORS, tokens: TOKENS, funded: FUNDED, genesis })
        let last: Hex32 = ZERO_HEX32
        now = await latestTime()
        // Runs without sending go side by side, as long as nothing changes what they see.
        const refused: Promise<void>[] = []
        const settled = async () => {
          await Promise.all(refused.splice(0))
        }
        for (const [i, raw] of steps.entries()) {
          if (raw.amount % 6 === 0) {
            now += BigInt(raw.amount % 7 === 0 ? 31 * 86_400 : raw.amount)
            await settled()
            await world.dev.request('evm_setNextBlockTimestamp', [Number(now)])
            await world.dev.request('evm_mine')
          }
          // Runs without sending are in the latest block's time and what is sent is a second later: the step waits if that matters.
          now += 1n
          const step = toStep(raw, model)
          const refusal = model.refusal(step, now)
          if (refusal !== model.refusal(step, now - 1n)) {
            await settled()
            await world.dev.request('evm_mine')
            continue
          }
          // So that a call that is only run proves against the root of its own time.
          if (refusal !== undefined) {
            now -= 1n
          }
          const call = await toCall(step, model, last, refusal === undefined)
          counts.calls += 1
          if (refusal === undefined) {
            await settled()
            await direct.send(call.target, call.name, call.args)
            model.apply(step, now)
            last = 'digest' in call && call.digest !== undefined ? call.digest : last
            counts.taken += 1
          } else {
            refused.push(expectRefusal(step, refusal, direct.simulate(call.target, call.name, call.args)))
            reasons.add(refusal)
            counts.refused += 1
          }
          if (i % 55 === 54 || i === steps.length - 1) {
            await settled()
            await checkInvariants(model, last)
          }
        }
      })
      await fc.assert(property, { numRuns: runs, seed: 1, endOnFailure: true })
      console.info(`${counts.calls} calls: ${counts.taken} taken, ${counts.refused} refused for ${reasons.size} reasons`)
      expect(counts.calls).toBeGreaterThanOrEqual(runs * (STEPS - 10))
      expect(counts.taken).toBeGreaterThan(counts.calls / 4)
    },
    (runs + 2) * SECONDS_PER_RUN * 1000
  )
}
