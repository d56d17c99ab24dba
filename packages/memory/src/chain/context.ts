import type { RevertReason } from '@cortensor/contracts'
import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Address, BlockRef, ChainCall, Committee, EpochNumber, Hex32, TokenAmount } from '@cortensor/interface'
import { chainError } from '../errors.js'
import type { Ledger } from './ledger.js'

/** Where and by whom a call is executed. */
export interface Context {
  ledger: Ledger
  committee: Committee
  block: BlockRef
  from: Address
  transactionHash: Hex32
  /** Who signed a commit, in the order of its signatures; recovered beforehand because that is asynchronous. */
  signers: readonly (Address | null)[]
}

export type Call<T extends ChainCall['type']> = Extract<ChainCall, { type: T }>

/** Throws `CHAIN_REVERTED` unless it holds. */
export function check(holds: boolean, reason: RevertReason, ...args: (string | number | bigint)[]): void {
  if (!holds) {
    const text = `The contract refused the call: ${reason}(${args.join(', ')})`
    throw chainError('CHAIN_REVERTED', text, { reason })
  }
}

export function transfer(ledger: Ledger, from: Address, to: Address, amount: TokenAmount): void {
  const held = ledger.tokensOf(from)
  check(held >= amount, 'ERC20InsufficientBalance', from, held, amount)
  ledger.journal.set(ledger.tokens, from, held - amount)
  ledger.journal.set(ledger.tokens, to, ledger.tokensOf(to) + amount)
}

/** Tokens that a contract pulls from the sender, which must have approved them. */
export function pull({ ledger, from }: Context, to: Address, amount: TokenAmount): void {
  const key = `${from} ${to}`
  const allowance = ledger.allowances.get(key) ?? 0n
  check(allowance >= amount, 'ERC20InsufficientAllowance', to, allowance, amount)
  ledger.journal.set(ledger.allowances, key, allowance - amount)
  transfer(ledger, from, to, amount)
}

/** As many commits as the contract's ring holds. */
const RING = 64

/** The root of an epoch that others have followed, and that claims would be paid from by now. */
export function settledRoot({ commits, settings }: Ledger, block: BlockRef, epoch: EpochNumber): Hex32 {
  const last = commits.length
  check(epoch !== 0 && epoch <= last && epoch + RING > last, 'NotInRing', epoch)
  check(epoch !== last, 'TooRecent', epoch)
  const commit = commits[epoch - 1]
  check((commit?.block.timestampMs ?? 0) + settings.claimDelaySeconds * 1000 <= block.timestampMs, 'TooRecent', epoch)
  return commit?.rewardsRoot ?? ZERO_HEX32
}

/** The newest root that is old enough to be proved against. */
export function claimableRoot({ commits, settings }: Ledger, block: BlockRef): Hex32 {
  const delayMs = settings.claimDelaySeconds * 1000
  const root = commits.findLast((commit) => commit.block.timestampMs + delayMs <= block.timestampMs)?.rewardsRoot
  check(root !== undefined, 'NoRootYet')
  return root ?? ZERO_HEX32
}
