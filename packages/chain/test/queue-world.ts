import type { Hex32 } from '@cortensor/interface'
import { expect } from 'vitest'
import type { CallData } from '../src/calls.js'
import { reduceQueue } from '../src/queue/reduce.js'
import {
  EMPTY_QUEUE,
  type Entry,
  type Mined,
  newestOf,
  type Outcome,
  type QueueContext,
  type QueueEffect,
  type QueueEvent,
  type QueueState
} from '../src/queue/state.js'

export const FORGET_DEPTH = 6
const CONFIRMATIONS = 2
const RESEND_MS = 5
const STUCK_MS = 20

/** What a faulty chain, pool and process may do to a queue. */
export type Fault =
  | { type: 'take' }
  | { type: 'look'; staleBlocks: number; blind: boolean }
  | { type: 'mine' }
  /** The pool forgets everything, or takes back what it once had. */
  | { type: 'drop' }
  | { type: 'remember' }
  | { type: 'reorg'; depth: number; keep: boolean }
  /** Somebody else sends with our key. */
  | { type: 'foreign' }
  /** Transactions leave, and arrive nowhere. */
  | { type: 'deaf'; on: boolean }
  /** The contract refuses everything that is not mined yet. */
  | { type: 'doom'; on: boolean }
  | { type: 'expensive' }
  | { type: 'crash'; when: 'now' | 'before-record' | 'after-record' }
  | { type: 'time'; ms: number }

interface PoolEntry {
  nonce: number
  hash: Hex32
  fee: bigint
}

/** A chain, a pool and a process with its disk, as plain data; checks the queue's promises after every step. */
export class QueueWorld {
  state: QueueState = EMPTY_QUEUE
  readonly outcomes = new Map<number, Outcome[]>()
  /** Everything that ever left, by hash. */
  readonly sent = new Map<Hex32, PoolEntry>()
  readonly blocks: PoolEntry[][] = [[]]
  readonly #pool = new Map<number, PoolEntry>()
  /** Of everything that ever left: the call by its nonce. */
  readonly #calls = new Map<number, string>()
  readonly #callHashes = new Set<Hex32>()
  readonly #disk = new Map<number, Entry>()
  #diskNext = 0
  #nowMs = 1_000_000
  #signed = 0
  #calling = 0
  #isDeaf = false
  #isDoomed = false
  #crash: 'before-record' | 'after-record' | null = null
  #fee = 100n
  readonly #signs = new Map<Hex32, PoolEntry>()
  readonly #recorded = new Set<Hex32>()

  readonly #maxFeePerGas: bigint

  constructor(maxFeePerGas = 10n ** 12n) {
    this.#maxFeePerGas = maxFeePerGas
  }

  readonly #context = (): QueueContext => ({
    sign: (nonce, _call, _gasLimit, fees) => {
      const hash = `0x${(++this.#signed).toString(16).padStart(64, '0')}` as Hex32
      this.#signs.set(hash, { nonce, hash, fee: fees.maxFeePerGas })
      return { hash, raw: hash }
    },
    resendAfterMs: RESEND_MS,
    stuckAfterMs: STUCK_MS,
    forgetDepth: FORGET_DEPTH,
    maxFeePerGas: this.#maxFeePerGas
  })

  get used(): number {
    return this.blocks.flat().length
  }

  get taken(): number {
    return this.#calling
  }

  /** Nonces whose call is in a block of the chain as it is now. */
  get executed(): Set<number> {
    return new Set(this.blocks.flat().flatMap(({ hash, nonce }) => (this.#callHashes.has(hash) ? [nonce] : [])))
  }

  apply(fault: Fault): void {
    switch (fault.type) {
      case 'take':
        this.#take()
        break
      case 'look':
        this.#look(fault.staleBlocks, fault.blind)
        break
      case 'mine':
        this.#mine()
        break
      case 'drop':
        this.#pool.clear()
        break
      case 'remember':
        this.#offerAll([...this.sent.values()])
        break
      case 'reorg':
        this.#reorg(fault.depth, fault.keep)
        break
      case 'foreign': {
        const hash = `0xf${(++this.#signed).toString(16).padStart(63, '0')}` as Hex32
        this.blocks.push([{ nonce: this.used, hash, fee: 0n }])
        break
      }
      case 'deaf':
        this.#isDeaf = fault.on
        break
      case 'doom':
        this.#isDoomed = fault.on
        break
      case 'expensive':
        this.#fee *= 2n
        break
      case 'crash':
        this.#crash = fault.when === 'now' ? null : fault.when
        if (fault.when === 'now') {
          this.#restart()
        }
        break
      case 'time':
        this.#nowMs += fault.ms
    }
  }

  /** No more faults: every call must come to its end, and every nonce be used. */
  heal(): void {
    this.#isDeaf = false
    this.#isDoomed = false
    this.#crash = null
    const isDone = (): boolean =>
      this.state.entries.every(({ isTold }) => isTold) && this.used >= this.state.next && this.state.gapSinceMs === null
    for (let round = 0; round < 600 && !(isDone() && round > 2 * FORGET_DEPTH); round++) {
      this.#nowMs += STUCK_MS
      this.#look(0, false)
      this.#mine()
      this.check()
    }
    expect(isDone()).toBe(true)
    expect(this.used).toBeGreaterThanOrEqual(this.state.next)
  }

  check(): void {
    const hashes = this.blocks.flat().map(({ hash }) => hash)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const entry of this.state.entries) {
      const fees = entry.versions.map(({ fees }) => fees.maxFeePerGas)
      expect(fees).toEqual(fees.toSorted((a, b) => (a < b ? -1 : 1)))
      expect(new Set(fees).size).toBe(fees.length)
    }
    const nonces = this.state.entries.map(({ nonce }) => nonce)
    expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => a - b))
    expect(this.state.next).toBeGreaterThanOrEqual(this.#diskNext)
    for (const hash of this.sent.keys()) {
      expect(this.#recorded.has(hash)).toBe(true)
    }
  }

  #dispatch(event: QueueEvent): void {
    const { effects, state } = reduceQueue(this.#context(), this.state, event)
    const crash = effects.some(({ type }) => type === 'record') ? this.#crash : null
    if (crash !== 'before-record') {
      this.#write(effects, state)
    }
    if (crash !== null) {
      this.#restart()
      return
    }
    const before = this.state.next
    this.state = state
    expect(state.next).toBeGreaterThanOrEqual(before)
    this.#run(effects)
  }

  #write(effects: readonly QueueEffect[], { next }: QueueState): void {
    for (const effect of effects) {
      if (effect.type === 'record' || effect.type === 'tell') {
        this.#disk.set(effect.entry.nonce, effect.entry)
        for (const { hash } of effect.entry.versions) {
          this.#recorded.add(hash)
        }
        this.#diskNext = next
      }
    }
    for (const effect of effects) {
      if (effect.type === 'forget') {
        this.#disk.delete(effect.nonce)
      }
    }
  }

  #run(effects: readonly QueueEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'tell') {
        const { nonce } = effect.entry
        this.outcomes.set(nonce, [...(this.outcomes.get(nonce) ?? []), effect.outcome])
      } else if (effect.type === 'send') {
        const { call, nonce } = effect.entry
        const newest = newestOf(effect.entry)
        const version = this.#signs.get(newest.hash) as PoolEntry
        if (newest.kind === 'call') {
          // A nonce is of one call for good.
          expect(this.#calls.get(nonce) ?? call?.data).toBe(call?.data)
          this.#calls.set(nonce, call?.data ?? '')
          this.#callHashes.add(newest.hash)
        }
        this.sent.set(version.hash, version)
        if (!this.#isDeaf) {
          this.#offer(version)
        }
      }
    }
  }

  #restart(): void {
    this.#crash = null
    const entries = [...this.#disk.values()]
      .sort((a, b) => a.nonce - b.nonce)
      .map((entry) => ({ ...entry, mined: null, sentAtMs: 0, signedAtMs: this.#nowMs, misses: 0 }))
    const next = Math.max(this.#diskNext, (entries.at(-1)?.nonce ?? -1) + 1)
    this.state = { entries, next, gapSinceMs: null }
  }

  #take(): void {
    const call: CallData = { to: null, data: `call ${++this.#calling}` }
    const fees = { maxFeePerGas: this.#fee, maxPriorityFeePerGas: 1n }
    const { used } = this
    let pending = used
    while (this.#pool.has(pending)) {
      pending++
    }
    const common = { gasLimit: 1n, confirmations: CONFIRMATIONS, nowMs: this.#nowMs }
    this.#dispatch({ type: 'take', call, fees, used, pending, ...common })
  }

  #look(staleBlocks: number, isBlind: boolean): void {
    const blocks = this.blocks.slice(0, Math.max(1, this.blocks.length - staleBlocks))
    const used = blocks.flat().length
    const mined = new Map<number, Mined | null>()
    for (const { nonce, versions } of this.state.entries.filter((entry) => entry.nonce < used)) {
      const number = blocks.findIndex((block) => block.some((each) => versions.some(({ hash }) => hash === each.hash)))
      const hash = blocks[number]?.find((each) => each.nonce === nonce)?.hash as Hex32
      const block = { number, hash: `0x${number}` as Hex32, timestampMs: 0 }
      mined.set(nonce, number < 0 || isBlind ? null : { hash, block, isSuccess: true, gasUsed: 1n })
    }
    const fees = { maxFeePerGas: this.#fee, maxPriorityFeePerGas: 1n }
    const doom = this.#isDoomed ? { reason: 'WrongEpoch', text: 'refused' } : null
    const observation = { nowMs: this.#nowMs, headNumber: blocks.length - 1, used, mined, fees, doom }
    this.#dispatch({ type: 'look', observation })
  }

  #offerAll(entries: readonly PoolEntry[]): void {
    for (const entry of entries) {
      this.#offer(entry)
    }
  }

  #offer(entry: PoolEntry): void {
    const known = this.#pool.get(entry.nonce)
    if (entry.nonce >= this.used && entry.fee >= this.#fee / 16n && (known === undefined || known.fee * 11n < entry.fee * 10n)) {
      this.#pool.set(entry.nonce, entry)
    }
  }

  #mine(): void {
    const block: PoolEntry[] = []
    for (let nonce = this.used; this.#pool.has(nonce); nonce++) {
      block.push(this.#pool.get(nonce) as PoolEntry)
      this.#pool.delete(nonce)
    }
    this.blocks.push(block)
  }

  #reorg(depth: number, keep: boolean): void {
    const dropped = this.blocks.splice(Math.max(1, this.blocks.length - depth)).flat()
    if (keep) {
      this.#offerAll(dropped)
    }
    while (this.blocks.length < depth) {
      this.blocks.push([])
    }
  }
}
