import { sha256Hex } from '@cortensor/crypto'
import { type DerivedReport, deriveReport, type ReportInput } from '@cortensor/scoring'
import { deepFreeze, LruMap } from '@cortensor/utils'

/** A report of each of the first views of an epoch or two; oracles that are further apart derive their own. */
const REMEMBERED_REPORTS = 8

/**
 * Derives a report once for all oracles: it follows from its inputs, and with seven oracles and a thousand miners six equal derivations
 * are most of what a simulation would do. The key names all that a report depends on: observations name their items by hash.
 */
export function createSharedReports(): (input: ReportInput) => DerivedReport {
  const known = new LruMap<string, DerivedReport>(REMEMBERED_REPORTS)
  return (input) => {
    const { anchor, committee, observations, prevReport, state } = input
    const seen = observations.map(({ bytes }) => sha256Hex(bytes)).sort()
    const accounts = JSON.stringify([anchor.registrations, anchor.sessions], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value
    )
    const place = [state.digest, prevReport, committee.config, anchor.block.hash, sha256Hex(new TextEncoder().encode(accounts))]
    const key = [...place, ...seen].join('/')
    const derived = known.get(key) ?? deepFreeze(deriveReport(input))
    known.set(key, derived)
    return derived
  }
}
