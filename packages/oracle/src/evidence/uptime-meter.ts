import type { NodeId, UnixMs } from '@cortensor/interface'
import type { Measure } from '@cortensor/protocols'

/** Presence slots that liveness is measured over, from the protocol document. */
export const UPTIME_SLOTS = 60

/** Most nodes that one observation can name. */
const MAX_MEASURES = 2_048

export interface UptimeMeter {
  seen(node: NodeId, nowMs: UnixMs): void
  /** Of the full slots before `nowMs`, at most the last 60, and none from before this oracle began to listen. By node id. */
  measures(nowMs: UnixMs): Measure[]
}

/** Counts in how many presence slots each node was heard. */
export function createUptimeMeter(slotMs: number): UptimeMeter {
  const slotsByNode = new Map<NodeId, Set<number>>()
  let firstSlot: number | null = null
  return {
    seen(node, nowMs) {
      const slot = Math.floor(nowMs / slotMs)
      // The slot in which listening began was only heard in part.
      firstSlot ??= slot + 1
      const slots = slotsByNode.get(node) ?? new Set()
      slots.add(slot)
      slotsByNode.set(node, slots)
    },
    measures(nowMs) {
      const current = Math.floor(nowMs / slotMs)
      const from = Math.max(firstSlot ?? current, current - UPTIME_SLOTS)
      const slots = current - from
      const measured: Measure[] = []
      for (const [node, seen] of slotsByNode) {
        for (const slot of seen) {
          if (slot < current - UPTIME_SLOTS) {
            seen.delete(slot)
          }
        }
        if (seen.size === 0) {
          slotsByNode.delete(node)
        } else if (slots > 0) {
          measured.push({ node, seen: [...seen].filter((slot) => slot >= from && slot < current).length, slots })
        }
      }
      return measured.sort((a, b) => (a.node < b.node ? -1 : 1)).slice(0, MAX_MEASURES)
    }
  }
}
