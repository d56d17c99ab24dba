import { type Exclusion, type ExclusionReason, MAX_EXCLUSIONS } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { OpenedItem } from './types.js'

/** Why items that somebody observed do not count in a report. */
export interface ExclusionList {
  /** The first reason of an item is the one that stays. */
  add(items: Iterable<Pick<OpenedItem, 'id'>>, reason: ExclusionReason): void
  of(item: Pick<OpenedItem, 'id'>): ExclusionReason | null
  /** By item; at most as many as a report lists, and how many there are in all. */
  list(): { exclusions: Exclusion[]; excluded: number }
}

export function createExclusionList(): ExclusionList {
  const reasons = new Map<string, ExclusionReason>()
  return {
    add(items, reason) {
      for (const { id } of items) {
        if (!reasons.has(id)) {
          reasons.set(id, reason)
        }
      }
    },
    of: ({ id }) => reasons.get(id) ?? null,
    list() {
      const all = [...reasons].map(([item, reason]) => ({ item, reason }))
      return { exclusions: sortedBy(all, ({ item }) => item).slice(0, MAX_EXCLUSIONS), excluded: all.length }
    }
  }
}
