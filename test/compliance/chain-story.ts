import { attestationDigest, commitDigest, type RevertReason } from '@cortensor/contracts'
import { cidFromHex32, publicKeyToNodeId, ZERO_HEX32 } from '@cortensor/crypto'
import type {
  Address,
  Chain,
  ChainCall,
  ChainEvent,
  Committee,
  EpochCommit,
  EpochNumber,
  Hex32,
  Signer,
  TokenAmount,
  Verifier
} from '@cortensor/interface'
import { expect } from 'vitest'

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

export const hex32 = (byte: string): Hex32 => `0x${byte.repeat(32)}` as Hex32
export const zeroAddress = `0x${'00'.repeat(20)}` as Address
export const nodeIdOf = (byte: number) => publicKeyToNodeId(new Uint8Array(32).fill(byte))

export const account = (of: Chain): Address => of.account as Address

export const expectRevert = async (result: Promise<unknown>, reason: RevertReason): Promise<void> => {
  await expect(result).rejects.toMatchObject({ code: 'CHAIN_REVERTED', details: { reason } })
}

/** The network as the tests, one after the other, find it and leave it. */
export interface ChainStory extends ChainSetup {
  committee: Committee
  /** The next commit of the chain as it is, with what a test wants to be different. */
  nextCommit(changes?: Partial<EpochCommit>): Promise<EpochCommit>
  attest(commit: EpochCommit, changes?: Partial<CommitCall> & { signers?: number[] }): Promise<CommitCall>
  /** Events from a block on, up to and including the first that `isLast`. */
  eventsUntil(from: number, isLast: (event: ChainEvent) => boolean): Promise<ChainEvent[]>
}

export async function openStory(world: ChainSetup): Promise<ChainStory> {
  const { chain, other } = world
  const committee = await chain.committee()
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

  const attest = async (commit: EpochCommit, changes: Partial<CommitCall> & { signers?: number[] } = {}): Promise<CommitCall> => {
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
  return { ...world, committee, nextCommit, attest, eventsUntil }
}
