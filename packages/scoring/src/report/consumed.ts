import type { UnixMs } from '@cortensor/interface'
import type { LedgerState } from '@cortensor/protocols'
import { sortedBy } from '../order.js'

/** Something that was reported, and until when the rules would take it again if it were not remembered. */
export interface ConsumedKey {
  key: string
  expiryMs: UnixMs
}

/** What can no longer be replayed is forgotten. */
export function mergeConsumed(known: LedgerState['consumed'], added: readonly ConsumedKey[], cutoffMs: UnixMs): ConsumedKey[] {
  const kept = [...known, ...added].filter(({ expiryMs }) => expiryMs >= cutoffMs)
  return sortedBy(
    kept,
    ({ expiryMs }) => expiryMs,
    ({ key }) => key
  )
}
