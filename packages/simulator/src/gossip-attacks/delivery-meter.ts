import { sha256 } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { bytesToHex } from '@cortensor/utils'
import { quantile } from '../output/statistics.js'

/** What arrived of what some nodes said, at others. */
export interface Delivery {
  expected: number
  delivered: number
  /** Null when nothing was said. */
  ratio: number | null
  /** From the author to a receiver, in ms. */
  p50: number | null
  p99: number | null
}

export interface AttackFigures {
  /** Among all honest nodes. */
  network: Delivery
  /** What the one that attacks are after hears. */
  heardByTarget: Delivery
  /** What others hear of it. */
  heardOfTarget: Delivery
  /** Messages that sybils were given to forward and did not, each counted for each sybil. */
  swallowed: number
}

interface Tally {
  expected: number
  waits: number[]
}

interface Message {
  author: NodeId
  sentMs: number
  heardBy: Set<NodeId>
  isCounted: boolean
}

/** Published later than so long before the end is not counted: it may still be on its way, or be asked for once more. */
const TAIL_MS = 5_000

/** Counts what honest nodes say, and who of them hears it when. */
export class DeliveryMeter {
  readonly #messages = new Map<string, Message>()
  readonly #target: NodeId
  readonly #fromMs: number
  readonly #untilMs: number
  readonly #network: Tally = { expected: 0, waits: [] }
  readonly #toTarget: Tally = { expected: 0, waits: [] }
  readonly #ofTarget: Tally = { expected: 0, waits: [] }
  #swallowed = 0

  constructor(target: NodeId, fromMs: number, endMs: number) {
    this.#target = target
    this.#fromMs = fromMs
    this.#untilMs = endMs - TAIL_MS
  }

  published(author: NodeId, receivers: readonly NodeId[], data: Uint8Array, nowMs: number): void {
    const isCounted = nowMs >= this.#fromMs && nowMs <= this.#untilMs
    this.#messages.set(keyOf(data), { author, sentMs: nowMs, heardBy: new Set([author]), isCounted })
    for (const receiver of isCounted ? receivers : []) {
      for (const tally of this.#tallies(author, receiver)) {
        tally.expected++
      }
    }
  }

  received(receiver: NodeId, data: Uint8Array, nowMs: number): void {
    const message = this.#messages.get(keyOf(data))
    if (message?.isCounted === true && !message.heardBy.has(receiver)) {
      message.heardBy.add(receiver)
      for (const tally of this.#tallies(message.author, receiver)) {
        tally.waits.push(nowMs - message.sentMs)
      }
    }
  }

  swallowed(): void {
    this.#swallowed++
  }

  /** Who said it; undefined for what no honest node has. */
  authorOf(data: Uint8Array): NodeId | undefined {
    return this.#messages.get(keyOf(data))?.author
  }

  figures(): AttackFigures {
    return {
      network: toDelivery(this.#network),
      heardByTarget: toDelivery(this.#toTarget),
      heardOfTarget: toDelivery(this.#ofTarget),
      swallowed: this.#swallowed
    }
  }

  #tallies(author: NodeId, receiver: NodeId): Tally[] {
    return [
      this.#network,
      ...(receiver === this.#target ? [this.#toTarget] : []),
      ...(author === this.#target ? [this.#ofTarget] : [])
    ]
  }
}

const keyOf = (data: Uint8Array): string => bytesToHex(sha256(data))

const toDelivery = ({ expected, waits }: Tally): Delivery => ({
  expected,
  delivered: waits.length,
  ratio: expected === 0 ? null : Math.min(1, waits.length / expected),
  p50: quantile(waits, 0.5),
  p99: quantile(waits, 0.99)
})
