import { LruMap } from '@cortensor/utils'

const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 60_000
/** A node without any peer tries more often: it may be the one that was away. */
const MAX_LONELY_DELAY_MS = 5_000
const MAX_TARGETS = 4096

export interface DialBackoff {
  isDue(target: string, isLonely: boolean): boolean
  failed(target: string): void
  succeeded(target: string): void
}

/** What a dial is about: a peer that has moved is a new one, and is tried at once. */
export const dialTarget = (peer: string, addresses: readonly string[]): string => [peer, ...addresses.toSorted()].join(' ')

/** When a target that could not be dialled may be tried again: after 1 s, 2 s, 4 s … 60 s. */
export function createDialBackoff(now: () => number = Date.now): DialBackoff {
  const failures = new LruMap<string, { count: number; atMs: number }>(MAX_TARGETS)
  return {
    isDue(target, isLonely) {
      const entry = failures.get(target)
      if (entry === undefined) {
        return true
      }
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (entry.count - 1), isLonely ? MAX_LONELY_DELAY_MS : MAX_DELAY_MS)
      return now() - entry.atMs >= delayMs
    },
    failed(target) {
      failures.set(target, { count: Math.min((failures.get(target)?.count ?? 0) + 1, 30), atMs: now() })
    },
    succeeded(target) {
      failures.delete(target)
    }
  }
}
