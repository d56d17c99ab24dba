import type { Chain, UnixMs } from '@cortensor/interface'
import type { RoundPlace, RoundRequest } from '@cortensor/protocols'
import { LruMap } from '@cortensor/utils'
import { CLOCK_TOLERANCE_MS } from '../options.js'

export interface RoundRequestsInit {
  chain: Pick<Chain, 'head'>
  /** A round opens this often, in ms. */
  quizIntervalMs: number
}

/** What this oracle remembers of requests. */
export interface RoundRequests {
  /** False for one that names a block that is already there, for a second one in a place, and for one that comes too soon after another. */
  take(request: RoundRequest, nowMs: UnixMs): Promise<boolean>
  /** The block that was named for this place when nobody knew it; null where none was. */
  seedBlockOf(place: RoundPlace): number | null
}

/** Rounds of the last minutes. */
const REMEMBERED = 256

const viewOf = ({ epoch, prev, view }: RoundPlace): string => `${epoch}/${prev}/${view}`
const placeOf = (place: RoundPlace): string => `${viewOf(place)}/${place.index}`

/**
 * The requests that came before the block which they name. A leader that has seen the block can leave the round unopened, and nothing
 * else: its next try is an interval away.
 */
export function createRoundRequests({ chain, quizIntervalMs }: RoundRequestsInit): RoundRequests {
  const blocks = new LruMap<string, number>(REMEMBERED)
  const taken = new LruMap<string, UnixMs>(REMEMBERED)
  return {
    async take(request, nowMs) {
      const { number } = await chain.head()
      // Read after the answer of the chain, so that of two at a time one is first.
      const last = taken.get(viewOf(request))
      const isTooSoon = last !== undefined && nowMs - last < quizIntervalMs - CLOCK_TOLERANCE_MS
      if (number >= request.seedBlock || isTooSoon || blocks.get(placeOf(request)) !== undefined) {
        return false
      }
      blocks.set(placeOf(request), request.seedBlock)
      taken.set(viewOf(request), nowMs)
      return true
    },
    seedBlockOf: (place) => blocks.get(placeOf(place)) ?? null
  }
}
