import type { BlockRef, Hex32 } from '@cortensor/interface'
import type { CallData } from '../calls.js'
import type { Fees } from '../fees.js'

/** One signed transaction for a nonce; any version that was ever sent may be the one that is mined. */
export interface Version {
  /** `void` pays nobody for nothing: it only uses the nonce. */
  kind: 'call' | 'void'
  fees: Fees
  hash: Hex32
  raw: string
}

/** A transaction in a block of the chain as it was last seen. */
export interface Mined {
  hash: Hex32
  block: BlockRef
  isSuccess: boolean
  gasUsed: bigint
}

/** What became of a nonce's call. */
export type Outcome =
  | { type: 'mined'; mined: Mined }
  /** In a block, and refused by the contract there. */
  | { type: 'failed'; mined: Mined }
  /** It would have been refused, so its nonce was used for nothing. */
  | { type: 'given-up'; reason: string; text: string }
  /** A transaction that is not ours used the nonce. */
  | { type: 'taken' }

export interface Entry {
  nonce: number
  /** Null where a nonce only has to be used, so that those after it can be mined. */
  call: CallData | null
  gasLimit: bigint
  /** Blocks that must hold and follow it before its caller hears of it. */
  confirmations: number
  /** Oldest first, at least one; fees rise. */
  versions: Version[]
  /** Why the call was given up, once a `void` version was signed. */
  givenUp: { reason: string; text: string } | null
  /** Its caller has heard what became of it; it is kept until no reorg is expected to undo it. */
  isTold: boolean
  mined: Mined | null
  /** Of the newest version, at this process. */
  sentAtMs: number
  signedAtMs: number
  /** Looks that showed the nonce used and none of our versions mined, and the chain's head at the first of them. */
  misses: number
  missedSince: number
}

export interface QueueState {
  /** By rising nonce. */
  entries: readonly Entry[]
  /** No nonce below was or will be given to another call; it never falls. */
  next: number
  /** Since when the chain waits for a nonce that nobody here holds. */
  gapSinceMs: number | null
}

export interface QueueContext {
  sign(nonce: number, call: CallData | null, gasLimit: bigint, fees: Fees): { hash: Hex32; raw: string }
  /** What is not mined is sent again as it is after this long, in ms. */
  resendAfterMs: number
  /** The oldest that is not mined is signed again with higher fees after this long, in ms. */
  stuckAfterMs: number
  /** Depth at which no reorg is expected any more, in blocks. */
  forgetDepth: number
  maxFeePerGas: bigint
}

/** The chain at one look. */
export interface Observation {
  nowMs: number
  headNumber: number
  /** The account's nonce on the chain: all below are used. */
  used: number
  /** By nonce, for used nonces: the version of ours that is mined, or null; nothing where the look was not sharp. */
  mined: ReadonlyMap<number, Mined | null>
  /** What is paid now; null where it was not asked. */
  fees: Fees | null
  /** Of the oldest that is not mined: why the contract would refuse its call now. */
  doom: { reason: string; text: string } | null
}

export type QueueEvent =
  /** A call that passed its dry run takes a nonce. */
  | {
      type: 'take'
      call: CallData
      gasLimit: bigint
      confirmations: number
      fees: Fees
      /** The account's nonce on the chain, and with what waits in the pool. */
      used: number
      pending: number
      nowMs: number
    }
  | { type: 'look'; observation: Observation }
  /** The RPC asks for more fees than the newest version pays. */
  | { type: 'underpriced'; nonce: number; nowMs: number }

/** `record` must be on disk before a `send` of the same list leaves. */
export type QueueEffect =
  | { type: 'record'; entry: Entry; next: number }
  | { type: 'forget'; nonce: number }
  | { type: 'send'; entry: Entry; why: 'new' | 'again' | 'bumped' | 'reorged' | 'given-up' | 'gap' }
  | { type: 'tell'; entry: Entry; outcome: Outcome }

export const EMPTY_QUEUE: QueueState = { entries: [], next: 0, gapSinceMs: null }

export const newestOf = (entry: Entry): Version => entry.versions.at(-1) as Version

/** Room for a plain transfer on every chain of our presets; what is not used is not paid. */
export const VOID_GAS = 100_000n
