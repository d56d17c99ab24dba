import type { Rng } from '@cortensor/interface'
import { DEFAULT_BYTES_PER_SECOND, DEFAULT_LATENCY_MS, type LatencyModel, type MemoryHubInit } from './options.js'
import type { Peer } from './peer.js'

/** How long bytes travel, and which of them get lost. */
export class Links {
  readonly #latency: LatencyModel
  readonly #rng: Rng
  readonly #lossRng: Rng
  readonly #lossRate: number
  readonly #bytesPerMs: number

  constructor(init: MemoryHubInit) {
    this.#latency = init.latencyMs ?? DEFAULT_LATENCY_MS
    this.#rng = init.rng.fork('latency')
    this.#lossRng = init.rng.fork('loss')
    this.#lossRate = init.lossRate ?? 0
    this.#bytesPerMs = (init.bytesPerSecond ?? DEFAULT_BYTES_PER_SECOND) / 1000
  }

  /** One way, in ms. */
  travelMs(from: Peer, to: Peer, bytes: number): number {
    const latency = this.#latency
    const base =
      typeof latency === 'function' ? latency(from, to, this.#rng) : latency.min + this.#rng.next() * (latency.max - latency.min)
    return base + bytes / this.#bytesPerMs
  }

  isLost(): boolean {
    return this.#lossRate > 0 && this.#lossRng.next() < this.#lossRate
  }
}
