import {
  type BlockRef,
  type ChainEvent,
  type Clock,
  type Deployment,
  errorMessage,
  type Hex32,
  isCortensorError,
  type Logger
} from '@cortensor/interface'
import { mayHold } from './bloom.js'
import { chainError } from './errors.js'
import { followFilter, logToEvent } from './followed.js'
import { fetchHead, fetchHeader } from './headers.js'
import { type Log, logsOfBlock, logsOfRange } from './logs.js'
import type { Rpc } from './rpc.js'
import { type BlockHeader, toBlockRef } from './values.js'

export interface FollowerInit {
  rpc: Rpc
  deployment: Deployment
  clock: Clock
  /** Between two looks at the chain's head, in ms. */
  pollIntervalMs: number
  /** Blocks that must hold and follow a block before it is delivered, itself included. */
  confirmations: number
  logger?: Logger | undefined
}

/** Deepest reorg that is resolved block by block; a deeper one ends the following. */
const WINDOW_BLOCKS = 256
/** Looks at a block whose bloom promises events and that has none, before it is taken for what it is: RPCs have blocks before their logs. */
const DOUBTFUL_LOOKS = 3
/** Blocks above it for which such a block is looked at again: late logs are told of as a reorg. */
const DOUBTFUL_DEPTH = 12
const NO_HASH = `0x${'00'.repeat(32)}` as Hex32
/** Blocks fetched at once while live. */
const BATCH_BLOCKS = 16
/** Blocks of one log request while catching up; what an RPC does not take is halved. */
const CATCH_UP_BLOCKS = 10_000
/** Longest pause after failures in a row. */
const MAX_PAUSE_MS = 10_000

/**
 * Reads the chain from a block on. Within the newest `WINDOW_BLOCKS` every block is checked against its parent and read by its hash;
 * of older ones only those with events are delivered.
 */
class Follower {
  readonly #init: FollowerInit
  readonly #first: number
  readonly #signal: AbortSignal
  /** The newest delivered blocks, without a gap; the next one is its last's child. */
  #tail: BlockRef[] = []
  #next: number
  /** The next block, while it is without the events that its bloom promises. */
  #doubt: { hash: Hex32; looks: number } = { hash: NO_HASH, looks: 0 }
  /** Delivered without the events that their bloom promises. */
  #doubtful: BlockRef[] = []

  constructor(init: FollowerInit, fromBlock: number, signal: AbortSignal) {
    this.#init = init
    this.#first = Math.max(0, fromBlock)
    this.#next = this.#first
    this.#signal = signal
  }

  /** What comes next; nothing when the end is reached for now. */
  async advance(): Promise<ChainEvent[]> {
    const head = await this.#tip()
    const last = this.#tail.at(-1)
    if (head === null) {
      return []
    }
    const late = await this.#findLateLogs(head.number)
    if (late !== null) {
      return late
    }
    if (last !== undefined && head.number <= last.number) {
      // A shorter chain of the same blocks is a lagging RPC, or one that will tell a fork apart when it has grown again.
      const known = this.#tail.find((block) => block.number === head.number)
      return known?.hash === head.hash ? [] : this.#rollBack()
    }
    if (this.#next > head.number) {
      return []
    }
    const settled = head.number - WINDOW_BLOCKS
    return this.#next <= settled ? this.#catchUp(Math.min(settled, this.#next + CATCH_UP_BLOCKS - 1)) : this.#live(head.number)
  }

  get #options() {
    return { signal: this.#signal }
  }

  /** The newest block that may be delivered. */
  async #tip(): Promise<BlockHeader | null> {
    const { confirmations, rpc } = this.#init
    const head = await fetchHead(rpc, this.#options)
    const number = head.number - confirmations + 1
    return confirmations === 1 ? head : number < 0 ? null : await fetchHeader(rpc, number, this.#options)
  }

  async #catchUp(to: number): Promise<ChainEvent[]> {
    const { rpc, deployment } = this.#init
    const last = this.#tail.at(-1)
    if (last !== undefined && (await fetchHeader(rpc, last.number, this.#options))?.hash !== last.hash) {
      return await this.#rollBack()
    }
    const logs = await logsOfRange(rpc, followFilter(deployment), this.#next, to, this.#options)
    const numbers = [...new Set([...logs.map((log) => log.blockNumber), to])]
    const events: ChainEvent[] = []
    for (const number of numbers) {
      const header = await fetchHeader(rpc, number, this.#options)
      const own = logs.filter((log) => log.blockNumber === number)
      if (header === null || own.some((log) => log.blockHash !== header.hash)) {
        return []
      }
      const block = toBlockRef(header)
      events.push({ type: 'block', block }, ...own.map((log) => logToEvent(log, block)))
    }
    this.#tail = events.flatMap((event) => (event.type === 'block' && event.block.number === to ? [event.block] : []))
    this.#next = to + 1
    return events
  }

  async #live(head: number): Promise<ChainEvent[]> {
    const { rpc, deployment } = this.#init
    const count = Math.min(BATCH_BLOCKS, head - this.#next + 1)
    const numbers = Array.from({ length: count }, (_, i) => this.#next + i)
    const headers = await Promise.all(numbers.map((number) => fetchHeader(rpc, number, this.#options)))
    const linked: BlockHeader[] = []
    for (const header of headers) {
      const parent = linked.at(-1) ?? this.#tail.at(-1)
      if (header === null || (parent !== undefined && header.parentHash !== parent.hash)) {
        break
      }
      linked.push(header)
    }
    if (linked.length === 0) {
      return headers[0] === null ? [] : this.#rollBack()
    }
    const logs = await Promise.all(linked.map(({ hash }) => logsOfBlock(rpc, followFilter(deployment), hash, this.#options)))
    const whole = this.#dropDoubtful(linked, logs)
    const events = whole.flatMap((header, i): ChainEvent[] => {
      const block = toBlockRef(header)
      return [{ type: 'block', block }, ...(logs[i] ?? []).map((log) => logToEvent(log, block))]
    })
    this.#tail = [...this.#tail, ...whole.map(toBlockRef)].slice(-WINDOW_BLOCKS)
    this.#next += whole.length
    return events
  }

  /** The blocks up to the first one whose events may still be missing. */
  #dropDoubtful(linked: readonly BlockHeader[], logs: readonly (readonly Log[])[]): BlockHeader[] {
    const filter = followFilter(this.#init.deployment)
    for (const [i, header] of linked.entries()) {
      if (logs[i]?.length === 0 && mayHold(header.logsBloom, filter)) {
        const looks = this.#doubt.hash === header.hash ? this.#doubt.looks + 1 : 1
        this.#doubt = { hash: header.hash, looks }
        if (looks < DOUBTFUL_LOOKS) {
          return linked.slice(0, i)
        }
        this.#doubtful = [...this.#doubtful, toBlockRef(header)].slice(-DOUBTFUL_DEPTH)
      }
    }
    return [...linked]
  }

  /** Goes back before a block whose events have come after it was delivered. */
  async #findLateLogs(head: number): Promise<ChainEvent[] | null> {
    const { deployment, rpc } = this.#init
    this.#doubtful = this.#doubtful.filter(
      (block) => block.number + DOUBTFUL_DEPTH >= head && this.#tail.some(({ hash }) => hash === block.hash)
    )
    for (const block of this.#doubtful) {
      const place = this.#tail.findIndex(({ hash }) => hash === block.hash)
      const ancestor = this.#tail[place - 1]
      const logs = await logsOfBlock(rpc, followFilter(deployment), block.hash, this.#options).catch(() => [])
      if (logs.length > 0 && ancestor !== undefined) {
        this.#tail = this.#tail.slice(0, place)
        this.#next = block.number
        this.#init.logger?.warn('the RPC has had a block before its events; it is read again', { block: block.number })
        return [{ type: 'reorg', ancestor }]
      }
    }
    return null
  }

  /** Finds the newest delivered block that the chain still has. */
  async #rollBack(): Promise<ChainEvent[]> {
    const { rpc } = this.#init
    // What comes before a block of the chain is of the chain: the first `low` blocks are, those from `high` on are not.
    let low = 0
    let high = this.#tail.length
    while (low < high) {
      const middle = (low + high) >> 1
      const ours = this.#tail[middle] as BlockRef
      const theirs = await fetchHeader(rpc, ours.number, this.#options)
      if (theirs?.hash === ours.hash) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    const ancestor = this.#tail[low - 1]
    if (ancestor !== undefined) {
      this.#tail = this.#tail.slice(0, low)
      this.#next = ancestor.number + 1
      return [{ type: 'reorg', ancestor }]
    }
    const oldest = this.#tail[0]
    if (oldest !== undefined && oldest.number > this.#first) {
      throw chainError(
        'CHAIN_REORG_TOO_DEEP',
        `The chain has left block ${oldest.number}, which is deeper than what is remembered; read its state anew and follow from there`,
        { details: { block: oldest.number, windowBlocks: WINDOW_BLOCKS } }
      )
    }
    const head = await fetchHead(rpc, this.#options)
    const before = Math.min(Math.max(0, this.#first - 1), head.number)
    const first = await fetchHeader(rpc, before, this.#options)
    this.#tail = []
    this.#next = this.#first
    return [{ type: 'reorg', ancestor: toBlockRef(first ?? head) }]
  }
}

/** Ends quietly when the signal aborts; failures of the RPC are waited out. Throws `CHAIN_REORG_TOO_DEEP`. */
export async function* follow(init: FollowerInit, fromBlock: number, signal: AbortSignal): AsyncGenerator<ChainEvent, void> {
  const follower = new Follower(init, fromBlock, signal)
  let pauseMs = init.pollIntervalMs
  while (!signal.aborted) {
    let events: ChainEvent[] = []
    try {
      events = await follower.advance()
      pauseMs = init.pollIntervalMs
    } catch (error) {
      if (signal.aborted) {
        return
      }
      if (isCortensorError(error) && error.code === 'CHAIN_REORG_TOO_DEEP') {
        throw error
      }
      init.logger?.warn('chain follower failed and tries again', { error: errorMessage(error), pauseMs })
      pauseMs = Math.min(pauseMs * 2, Math.max(MAX_PAUSE_MS, init.pollIntervalMs))
    }
    for (const event of events) {
      if (signal.aborted) {
        return
      }
      yield event
    }
    if (events.length === 0) {
      await init.clock.sleep(pauseMs, { signal }).catch(() => {})
    }
  }
}
