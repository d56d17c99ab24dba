import { sortedBy } from '../order.js'
import type { ItemOf, OpenedItem, ReportEvidence, Statement } from './types.js'

/** The items that at least one observation lists, and how many list each. */
export interface SightedItems {
  /** Those whose form or signature is bad, or that state nothing that a report is made of. */
  readonly invalid: readonly { id: string }[]
  /** By rising id. */
  of<K extends Statement['kind']>(kind: K): readonly ItemOf<K>[]
  /** How many observations list it. */
  witnesses(item: OpenedItem): number
}

export function sightItems(evidence: ReportEvidence): SightedItems {
  const witnesses = new Map<string, number>()
  // Observers who saw the same share one set.
  for (const [ids, observers] of Map.groupBy(evidence.itemsByObservation, (set) => set)) {
    for (const id of ids) {
      witnesses.set(id, (witnesses.get(id) ?? 0) + observers.length)
    }
  }
  const distinct = new Map(evidence.items.filter(({ id }) => witnesses.has(id)).map((item) => [item.id, item]))
  const byKind = Map.groupBy(
    sortedBy(distinct.values(), ({ id }) => id),
    ({ kind }) => kind
  )
  return {
    invalid: [...witnesses.keys()].filter((id) => !distinct.has(id)).map((id) => ({ id })),
    of: <K extends Statement['kind']>(kind: K) => (byKind.get(kind) ?? []) as unknown as readonly ItemOf<K>[],
    witnesses: ({ id }) => witnesses.get(id) ?? 0
  }
}
