import { attestationDigest, type CommitteeDomain, commitDigest } from '@cortensor/contracts'
import { bytesToHex32, sha256 } from '@cortensor/crypto'
import type { Address, BlockRef, ChainCall, ChainEvent, ChainReceipt, Committee, Hex32, Verifier } from '@cortensor/interface'
import { createDeferred, type Deferred, deepFreeze, utf8ToBytes } from '@cortensor/utils'
import { chainError } from '../errors.js'
import type { Context } from './context.js'
import { execute } from './execute.js'
import type { Ledger } from './ledger.js'

/** Deepest reorg. A real chain's finality is of this order too. */
const MAX_REORG_DEPTH = 256
/** Calls in one block: about what 60 million gas hold. */
const BLOCK_CALLS = 500

/** As measured on the contracts, rounded; a commit costs 4,500 more a signature. */
const GAS: Readonly<Record<ChainCall['type'], bigint>> = {
  register: 130_000n,
  unbond: 42_000n,
  withdrawStake: 52_000n,
  setPayout: 46_000n,
  commitEpoch: 60_000n,
  reportEquivocation: 140_000n,
  punishFalseWindow: 110_000n,
  claim: 60_000n,
  createSession: 210_000n,
  updateSession: 50_000n,
  setSessionRouter: 56_000n,
  depositSession: 95_000n,
  settleSession: 105_000n,
  closeSession: 42_000n,
  withdrawSession: 55_000n,
  approve: 46_000n,
  faucet: 52_000n
}
const GAS_PER_SIGNATURE = 4_500n
const GAS_PRICE = 1_000_000_000n

export interface Transaction {
  from: Address
  call: ChainCall
  signers: readonly (Address | null)[]
  hash: Hex32
  receipt: Deferred<ChainReceipt>
  /** Why it failed in the block that it is in now; null when it did not. */
  failure: unknown
}

export interface Block {
  ref: BlockRef
  parent: Block | null
  transactions: Transaction[]
  /** With the block itself first. */
  events: ChainEvent[]
  kinds: ReadonlySet<ChainEvent['type']>
  undo: (() => void) | null
}

export interface BlockchainInit {
  ledger: Ledger
  committee: Committee
  domain: CommitteeDomain
  verifier: Verifier
  now: () => number
}

const hashOf = (...parts: (string | number)[]): Hex32 => bytesToHex32(sha256(utf8ToBytes(parts.join('\n'))))

/** Whole seconds, as a chain has them. */
export const toBlockTime = (ms: number): number => Math.floor(ms / 1000) * 1000

/** Blocks, what waits to get into one, and the other branch when there is one. */
export class Blockchain {
  readonly blocks: Block[] = []
  readonly #init: BlockchainInit
  #waiting: Transaction[] = []
  #sent = 0
  #branch = 0

  constructor(init: BlockchainInit) {
    this.#init = init
    this.#append([])
  }

  get head(): Block {
    return this.blocks.at(-1) as Block
  }

  isCanonical(block: Block): boolean {
    return this.blocks[block.ref.number] === block
  }

  /** The call that a block on the chain holds under this hash. */
  callOf(block: BlockRef, transactionHash: Hex32): ChainCall | undefined {
    return this.transactionOf(block, transactionHash)?.call
  }

  /** Who signed the attestations of a commit or of an equivocation; nothing for other calls. */
  async recoverSigners(call: ChainCall): Promise<(Address | null)[]> {
    const { committee, domain, verifier } = this.#init
    if (call.type === 'reportEquivocation') {
      const { config, epoch, prev, view, attestations } = call.evidence
      return Promise.all(
        attestations.map(({ digest, signature }) =>
          verifier.recover(attestationDigest(domain, { config, epoch, prev, view, digest }), signature)
        )
      )
    }
    if (call.type !== 'commitEpoch') {
      return []
    }
    const { commit, view } = call
    const attestation = { config: committee.config, epoch: commit.epoch, prev: commit.prev, view, digest: commitDigest(commit) }
    const digest = attestationDigest(domain, attestation)
    return Promise.all(call.signatures.map(({ signature }) => verifier.recover(digest, signature)))
  }

  /** Runs a call as if in the next block, and takes it back. Throws `CHAIN_REVERTED`. */
  dryRun(from: Address, call: ChainCall, signers: readonly (Address | null)[]): void {
    const { ref } = this.head
    const block = { number: ref.number + 1, hash: ref.hash, timestampMs: toBlockTime(this.#init.now()) }
    const { journal } = this.#init.ledger
    const mark = journal.mark()
    try {
      execute(this.#contextOf({ from, signers, hash: ref.hash }, block), call)
    } finally {
      journal.rollback(mark)
    }
  }

  submit(from: Address, call: ChainCall, signers: readonly (Address | null)[]): Transaction {
    const hash = hashOf('transaction', from, this.#sent++)
    const transaction = {
      from,
      call: structuredClone(call),
      signers,
      hash,
      receipt: createDeferred<ChainReceipt>(),
      failure: null
    }
    this.#waiting.push(transaction)
    return transaction
  }

  /** The block that holds a transaction now. */
  blockOf(transaction: Transaction): Block | undefined {
    return this.blocks.findLast((block) => block.transactions.includes(transaction))
  }

  /** The transaction that a block on the chain holds under this hash. */
  transactionOf(block: BlockRef, transactionHash: Hex32): Transaction | undefined {
    return this.blocks[block.number]?.transactions.find(({ hash }) => hash === transactionHash)
  }

  isInLine(transaction: Transaction): boolean {
    return this.#waiting.includes(transaction)
  }

  isWaiting(from: Address): boolean {
    return this.#waiting.some((transaction) => transaction.from === from)
  }

  mine(): Block {
    return this.#append(this.#waiting.splice(0, BLOCK_CALLS))
  }

  /** Another branch takes the place of the newest blocks, and is one longer. */
  reorg(depth: number, keepTransactions: boolean): void {
    const count = Math.min(depth, this.blocks.length - 1, MAX_REORG_DEPTH)
    const dropped = this.blocks.splice(this.blocks.length - count)
    for (const block of [...dropped].reverse()) {
      block.undo?.()
    }
    if (keepTransactions) {
      this.#waiting.unshift(...dropped.flatMap((block) => block.transactions))
    }
    this.#branch++
    for (let i = 0; i <= count; i++) {
      this.mine()
    }
  }

  #append(candidates: readonly Transaction[]): Block {
    const parent = this.blocks.at(-1) ?? null
    const { ledger, domain, now } = this.#init
    const number = (parent?.ref.number ?? -1) + 1
    const timestampMs = Math.max(toBlockTime(now()), parent?.ref.timestampMs ?? 0)
    const content = [domain.chainId, this.#branch, number, timestampMs, ...candidates.map(({ hash }) => hash)]
    const ref: BlockRef = { number, hash: hashOf(parent?.ref.hash ?? 'genesis', ...content), timestampMs }
    const block: Block = { ref, parent, transactions: [], events: [{ type: 'block', block: ref }], kinds: new Set(), undo: null }
    for (const transaction of candidates) {
      this.#include(block, transaction)
    }
    // Followers share them; nobody may change them for the others.
    deepFreeze(block.events)
    block.kinds = new Set(block.events.map(({ type }) => type))
    block.undo = ledger.journal.cut()
    this.blocks.push(block)
    const old = this.blocks[number - MAX_REORG_DEPTH]
    if (old !== undefined) {
      old.undo = null
    }
    return block
  }

  #include(block: Block, transaction: Transaction): void {
    const { ledger } = this.#init
    const { from, call, receipt } = transaction
    const gasUsed = GAS[call.type] + (call.type === 'commitEpoch' ? GAS_PER_SIGNATURE * BigInt(call.signatures.length) : 0n)
    const fee = gasUsed * GAS_PRICE
    const funds = ledger.nativeOf(from)
    if (funds < fee) {
      receipt.reject(chainError('CHAIN_INSUFFICIENT_FUNDS', 'The account cannot pay for gas; send it native coin'))
      return
    }
    ledger.journal.set(ledger.native, from, funds - fee)
    const mark = ledger.journal.mark()
    block.transactions.push(transaction)
    try {
      block.events.push(...execute(this.#contextOf(transaction, block.ref), call))
      transaction.failure = null
      receipt.resolve({ transactionHash: transaction.hash, block: { ...block.ref }, gasUsed })
    } catch (error) {
      ledger.journal.rollback(mark)
      transaction.failure = error
      receipt.reject(error)
    }
  }

  #contextOf(transaction: Pick<Transaction, 'from' | 'signers' | 'hash'>, block: BlockRef): Context {
    const { ledger, committee } = this.#init
    const { from, signers, hash } = transaction
    return { ledger, committee, block, from, signers, transactionHash: hash }
  }
}
