import type { NetworkParams } from '@cortensor/config'
import type { Chain, UnixMs } from '@cortensor/interface'
import type { Instance, QuizMessage, RoundPlace, RoundRequest } from '@cortensor/protocols'
import { roundRules } from '@cortensor/scoring'

export interface RoundOpenerInit {
  chain: Pick<Chain, 'head' | 'block'>
  params: NetworkParams
}

/** What gives the opener the right to. */
export interface OpenerPlace {
  instance: Instance
  view: number
  /** The certificate of the view, empty in the first one. */
  timeouts: Uint8Array[]
  /** Nodes that the committed state knows. */
  nodes: number
}

type Announcement = Extract<QuizMessage, { type: 'request' | 'open' }>

export interface RoundOpener {
  /** What to say now: that a round will open, or that it does; null while it is not time. */
  next(place: OpenerPlace, nowMs: UnixMs): Promise<Announcement | null>
  /** Somebody requested a round, or opened one. */
  heard(round: RoundPlace, type: Announcement['type'], nowMs: UnixMs): void
}

const viewOf = ({ epoch, prev, view }: RoundPlace): string => `${epoch}/${prev}/${view}`

/**
 * When the next round is due, and what it asks. It is requested first, with a block that nobody knows yet, and opens when that block is
 * there: so neither the leader nor anybody else knows before what it asks. A request that was not opened by its leader is void, and the
 * next leader does not wait for an interval.
 */
export function createRoundOpener(init: RoundOpenerInit): RoundOpener {
  const { deadlines, quiz } = init.params
  let last: { of: string; atMs: UnixMs; isOpened: boolean } | null = null
  /** What was requested here and waits for its block. */
  let waiting: RoundRequest | null = null
  let indexes: { of: string; next: number } | null = null

  const isDue = (of: string, nowMs: UnixMs): boolean =>
    last === null || nowMs - last.atMs >= deadlines.quizIntervalMs || (!last.isOpened && last.of !== of)

  return {
    async next({ instance, nodes, timeouts, view }, nowMs) {
      const place = { epoch: instance.epoch, prev: instance.prev, view }
      const of = viewOf({ ...place, index: 0 })
      if (waiting !== null && viewOf(waiting) === of) {
        const request = waiting
        const block = await init.chain.block(request.seedBlock)
        if (block === null) {
          return null
        }
        waiting = null
        const open = { ...request, openedMs: nowMs, seedBlockHash: block.hash, timeouts, nodes }
        return { ...open, ...roundRules(open, init.params), type: 'open' }
      }
      if (!isDue(of, nowMs)) {
        return null
      }
      const { number } = await init.chain.head()
      const index = indexes?.of === of ? indexes.next : 0
      waiting = { ...place, index, seedBlock: number + quiz.seedBlocks }
      return { ...waiting, type: 'request' }
    },
    heard(round, type, nowMs) {
      const of = viewOf(round)
      const isOpened = type === 'open'
      // The interval runs from request to request.
      const atMs = isOpened && last?.of === of ? last.atMs : nowMs
      last = { of, atMs, isOpened }
      indexes = { of, next: Math.max(indexes?.of === of ? indexes.next : 0, round.index + 1) }
    }
  }
}
