import type { Clock, Penalty } from '@cortensor/interface'
import type { Peer } from './peer.js'

/**
 * Ten bad messages in a row, or five violations, lose the connection; points come back at one a second, so that a peer that was
 * fixed is welcome again after some minutes.
 */
const PENALTY_POINTS: Readonly<Record<Penalty, number>> = { 'invalid-message': 10, 'protocol-violation': 20, timeout: 2 }
const BAN_SCORE = -100
const RECOVERY_PER_MS = 1 / 1000
export const BAN_MS = 600_000

export function isBanned(clock: Clock, a: Peer, b: Peer): boolean {
  if (a.bans.size === 0 && b.bans.size === 0) {
    return false
  }
  const nowMs = clock.now()
  return (a.bans.get(b.id) ?? 0) > nowMs || (b.bans.get(a.id) ?? 0) > nowMs
}

/** Takes points; true when none are left and the peer is to be kept away. */
export function losesPoints(clock: Clock, judge: Peer, peer: Peer, penalty: Penalty): boolean {
  const nowMs = clock.now()
  const held = judge.scores.get(peer.id) ?? { value: 0, atMs: nowMs }
  const value = Math.min(0, held.value + (nowMs - held.atMs) * RECOVERY_PER_MS) - PENALTY_POINTS[penalty]
  if (value > BAN_SCORE) {
    judge.scores.set(peer.id, { value, atMs: nowMs })
    return false
  }
  judge.scores.delete(peer.id)
  return !isBanned(clock, judge, peer)
}
