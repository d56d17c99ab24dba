import { type BlockRef, type ChainEvent, type Clock, type Deployment, errorMessage, type Logger } from '@cortensor/interface'
import { followFilter, logToEvent } from './followed.js'
import { logsOfBlock, logsOfRange } from './logs.js'
import { fetchHead, fetchHeader } from './reader.js'
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

/** Deepest reorg that is resolved block by block; a deeper one starts again from the first block that was asked for. */
const WINDOW_BLOCKS = 256
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
    const events = linked.flatMap((header, i): ChainEvent[] => {
      const block = toBlockRef(header)
      return [{ type: 'block', block }, ...(logs[i] ?? []).map((log) => logToEvent(log, block))]
    })
    this.#tail = [...this.#tail, ...linked.map(toBlockRef)].slice(-WINDOW_BLOCKS)
    this.#next += linked.length
    return events
  }

  /** Finds the newest delivered block that the chain still has. */
  async #rollBack(): Promise<ChainEvent[]> {
    const { rpc } = this.#init
    for (let i = this.#tail.length - 1; i >= 0; i--) {
      const ours = this.#tail[i] as BlockRef
      const theirs = await fetchHeader(rpc, ours.number, this.#options)
      if (theirs?.hash === ours.hash) {
        this.#tail = this.#tail.slice(0, i + 1)
        this.#next = ours.number + 1
        return [{ type: 'reorg', ancestor: ours }]
      }
    }
    const head = await fetchHead(rpc, this.#options)
    const before = Math.min(Math.max(0, this.#first - 1), head.number)
    const ancestor = await fetchHeader(rpc, before, this.#options)
    this.#tail = []
    this.#next = this.#first
    return [{ type: 'reorg', ancestor: toBlockRef(ancestor ?? head) }]
  }
}

/** Ends quietly when the signal aborts; failures of the RPC are waited out. */
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
