import type { NetworkParams } from '@cortensor/config'
import type { Chain, UnixMs } from '@cortensor/interface'
import type { Instance, QuizMessage, RoundOpen, RoundRequest } from '@cortensor/protocols'
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
  /** Envelopes of what nodes have written for a liveness round of this epoch; empty when they have not. */
  authored: Uint8Array[]
}

type Announcement = Extract<QuizMessage, { type: 'request' | 'open' }>

export interface RoundOpener {
  /** What to say now: that a round will open, or that it does; null while it is not time. */
  next(place: OpenerPlace, nowMs: UnixMs): Promise<Announcement | null>
  /** Somebody requested a round. */
  requested(request: RoundRequest, nowMs: UnixMs): void
  /** Somebody opened one. */
  opened(round: Pick<RoundOpen, 'epoch' | 'prev' | 'view' | 'index' | 'seedBlock'>): void
}

/**
 * When the next round is due, and what it asks. It is requested first, with a block that nobody knows yet, and opens when that block is
 * there: so neither the leader nor anybody else knows before what it asks. Whoever leads by then opens it. What nobody has opened when the
 * next one is due is void.
 */
export function createRoundOpener(init: RoundOpenerInit): RoundOpener {
  const { deadlines, quiz } = init.params
  let requestedMs: UnixMs | null = null
  /** What was requested, by whomever, and waits for its block. */
  let waiting: number | null = null
  let indexes: { of: string; next: number } | null = null

  const viewOf = ({ epoch, prev, view }: Pick<RoundOpen, 'epoch' | 'prev' | 'view'>): string => `${epoch}/${prev}/${view}`

  return {
    async next({ authored, instance, nodes, timeouts, view }, nowMs) {
      const of = { epoch: instance.epoch, view, prev: instance.prev }
      const place = { ...of, index: indexes?.of === viewOf(of) ? indexes.next : 0 }
      if (requestedMs === null || nowMs - requestedMs >= deadlines.quizIntervalMs) {
        const { number } = await init.chain.head()
        return { ...place, seedBlock: number + quiz.seedBlocks, type: 'request' }
      }
      const seedBlock = waiting
      const block = seedBlock === null ? null : await init.chain.block(seedBlock)
      if (seedBlock === null || block === null) {
        return null
      }
      // Once, whether it is taken or not.
      waiting = null
      const open = { ...place, openedMs: nowMs, seedBlock, seedBlockHash: block.hash, timeouts, nodes }
      const rules = roundRules(open, init.params)
      return { ...open, ...rules, authored: rules.level === 1 ? authored : [], type: 'open' }
    },
    requested({ seedBlock }, nowMs) {
      requestedMs = nowMs
      waiting = seedBlock
    },
    opened(round) {
      const of = viewOf(round)
      waiting = waiting === round.seedBlock ? null : waiting
      indexes = { of, next: Math.max(indexes?.of === of ? indexes.next : 0, round.index + 1) }
    }
  }
}
