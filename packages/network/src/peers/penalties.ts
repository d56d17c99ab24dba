import type { NodeId, Penalty } from '@cortensor/interface'
import { LruMap } from '@cortensor/utils'

/** What each penalty costs. Ten timeouts of a peer that is merely slow weigh as much as one broken protocol. */
const COSTS: Readonly<Record<Penalty, number>> = { 'invalid-message': 20, 'protocol-violation': 50, timeout: 5 }

/** A peer is forgiven half of its past in ten minutes. */
const HALF_LIFE_MS = 600_000

/** At this score a peer is disconnected and denied: four broken protocols within minutes. */
export const DENY_SCORE = -200

/** Long enough that reconnecting is no way around the score, short enough for an operator who fixes a node. */
const DENY_MS = 600_000

/** Peers remembered at a time; making this many identities only makes the oldest be forgotten. */
const MAX_PEERS = 4096

export interface PenaltyLedger {
  /** The peer's new score, zero or negative. */
  add(peer: NodeId, penalty: Penalty): number
  score(peer: string): number
  deny(peer: string): void
  isDenied(peer: string): boolean
}

export function createPenaltyLedger(now: () => number = Date.now): PenaltyLedger {
  const scores = new LruMap<string, { score: number; atMs: number }>(MAX_PEERS)
  const deniedUntil = new LruMap<string, number>(MAX_PEERS)
  const score = (peer: string): number => {
    const entry = scores.get(peer)
    return entry === undefined ? 0 : entry.score * 0.5 ** ((now() - entry.atMs) / HALF_LIFE_MS)
  }
  return {
    add(peer, penalty) {
      const next = score(peer) - COSTS[penalty]
      scores.set(peer, { score: next, atMs: now() })
      return next
    },
    score,
    deny(peer) {
      deniedUntil.set(peer, now() + DENY_MS)
    },
    isDenied: (peer) => (deniedUntil.get(peer) ?? 0) > now()
  }
}
