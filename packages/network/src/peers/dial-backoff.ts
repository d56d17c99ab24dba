import { LruMap } from '@cortensor/utils'

const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 60_000
/** A node without any peer tries more often: it may be the one that was away. */
const MAX_LONELY_DELAY_MS = 5_000
const MAX_PEERS = 4096

export interface DialBackoff {
  isDue(peer: string, isLonely: boolean): boolean
  failed(peer: string): void
  succeeded(peer: string): void
}

/** When a peer that could not be dialled may be tried again: after 1 s, 2 s, 4 s … 60 s. */
export function createDialBackoff(now: () => number = Date.now): DialBackoff {
  const failures = new LruMap<string, { count: number; atMs: number }>(MAX_PEERS)
  return {
    isDue(peer, isLonely) {
      const entry = failures.get(peer)
      if (entry === undefined) {
        return true
      }
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (entry.count - 1), isLonely ? MAX_LONELY_DELAY_MS : MAX_DELAY_MS)
      return now() - entry.atMs >= delayMs
    },
    failed(peer) {
      failures.set(peer, { count: Math.min((failures.get(peer)?.count ?? 0) + 1, 30), atMs: now() })
    },
    succeeded(peer) {
      failures.delete(peer)
    }
  }
}
