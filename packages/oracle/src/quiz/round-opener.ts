import type { NetworkParams } from '@cortensor/config'
import type { Chain, UnixMs } from '@cortensor/interface'
import type { Instance, RoundOpen } from '@cortensor/protocols'
import { roundRules } from '@cortensor/scoring'

export interface RoundOpenerInit {
  chain: Chain
  params: NetworkParams
}

/** What gives the opener the right to. */
export interface RoundPlace {
  instance: Instance
  view: number
  /** The certificate of the view, empty in the first one. */
  timeouts: Uint8Array[]
}

export interface RoundOpener {
  /** The round to open now, or null while it is not time or the seed's block is not there yet. */
  next(place: RoundPlace, committedAtBlock: number, nowMs: UnixMs): Promise<RoundOpen | null>
  /** Somebody opened a round. */
  opened(round: RoundOpen): void
}

/** When the next round is due, and what it asks. The seed comes from a block that nobody knew when the last epoch was committed. */
export function createRoundOpener(init: RoundOpenerInit): RoundOpener {
  const { deadlines, epoch } = init.params
  let lastOpenedMs = 0
  const indexes = new Map<string, number>()
  const indexKey = (instance: Instance, view: number): string => `${instance.epoch}/${view}`
  return {
    async next({ instance, timeouts, view }, committedAtBlock, nowMs) {
      if (nowMs - lastOpenedMs < deadlines.quizIntervalMs) {
        return null
      }
      const seedBlock = committedAtBlock + Math.max(1, epoch.confirmationDepth)
      const block = await init.chain.block(seedBlock)
      if (block === null) {
        return null
      }
      const index = indexes.get(indexKey(instance, view)) ?? 0
      const open = {
        epoch: instance.epoch,
        view,
        prev: instance.prev,
        index,
        openedMs: nowMs,
        seedBlock,
        seedBlockHash: block.hash,
        timeouts
      }
      return { ...open, ...roundRules(open, init.params) }
    },
    opened(round) {
      lastOpenedMs = Math.max(lastOpenedMs, round.openedMs)
      const key = `${round.epoch}/${round.view}`
      indexes.set(key, Math.max(indexes.get(key) ?? 0, round.index + 1))
      for (const known of indexes.keys()) {
        if (Number(known.split('/')[0]) < round.epoch - 1) {
          indexes.delete(known)
        }
      }
    }
  }
}
