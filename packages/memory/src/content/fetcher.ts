import type { CidString, NodeId } from '@cortensor/interface'
import { createDeferred } from '@cortensor/utils'
import { abortable } from '../abortable.js'
import { storeError } from '../errors.js'
import type { HubCore } from '../network/hub-core.js'
import type { Peer } from '../network/peer.js'
import type { ContentIndex } from './content-index.js'

export interface FetchOptions {
  cid: CidString
  providers: readonly NodeId[]
  timeoutMs: number
  /** Throws when the block is not wanted after all. */
  check: (block: Uint8Array) => void
  signal: AbortSignal
}

/** Brings blocks over the hub's links, as bitswap does over connections. */
export class Fetcher {
  readonly #core: HubCore
  readonly #index: ContentIndex
  readonly #self: NodeId

  constructor(core: HubCore, index: ContentIndex, self: NodeId) {
    this.#core = core
    this.#index = index
    this.#self = self
  }

  async fetch(options: FetchOptions): Promise<Uint8Array> {
    const { cid, signal } = options
    const { clock, links, stats, init } = this.#core
    const deadlineMs = clock.now() + options.timeoutMs
    for (;;) {
      const me = this.#core.byId.get(this.#self)
      const from = me === undefined ? undefined : this.#findHolder(me, cid, options.providers)
      const block = this.#index.block(cid)
      if (me !== undefined && from !== undefined && block !== undefined) {
        options.check(block)
        await clock.sleep(links.travelMs(me, from, 0) + links.travelMs(from, me, block.byteLength), { signal })
        if (this.#core.flows(me, from)) {
          stats.bytes += block.byteLength
          init.trace?.record(clock.now(), this.#self, `fetch ${cid} ${from.id}`)
          return block
        }
      } else if (!(await this.#change(cid, deadlineMs - clock.now(), signal))) {
        throw storeError('STORE_NOT_FOUND', `Nobody that can be reached has ${cid}: name a provider or try again later`)
      }
    }
  }

  /** The named ones first, then whoever is connected or has announced it. */
  #findHolder(me: Peer, cid: CidString, providers: readonly NodeId[]): Peer | undefined {
    let found: Peer | undefined
    for (const holder of this.#index.holders(cid)) {
      const other = this.#core.byId.get(holder.id)
      if (other === undefined || other === me || !holder.started || !this.#core.flows(me, other)) {
        continue
      }
      if (providers.includes(other.id)) {
        return other
      }
      if (this.#core.isConnected(me, other) || this.#index.isAnnounced(cid, other.id)) {
        found ??= other
      }
    }
    return found
  }

  /** True when somebody got the block or became reachable within the time. */
  async #change(cid: CidString, waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (waitMs <= 0) {
      return false
    }
    const changed = createDeferred<boolean>()
    const wake = (): void => changed.resolve(true)
    const stopWaiting = this.#index.wait(cid, wake)
    this.#core.onReachable.add(wake)
    const cancel = this.#core.clock.after(waitMs, () => changed.resolve(false))
    try {
      return await abortable(changed.promise, signal)
    } finally {
      cancel()
      stopWaiting()
      this.#core.onReachable.delete(wake)
    }
  }
}
