import { sha256 } from '@cortensor/crypto'
import type { NodeId, UnixMs } from '@cortensor/interface'
import type { Measure } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'

/** Presence slots that liveness is measured over, from the protocol document. */
export const UPTIME_SLOTS = 60

/** Most nodes that one observation can name. */
const MAX_MEASURES = 2_048

export interface UptimeMeter {
  seen(node: NodeId, nowMs: UnixMs): void
  /** Of the full slots before `nowMs`, at most the last 60, and none from before this oracle began to listen. By node id. */
  measures(nowMs: UnixMs): Measure[]
}

/** Nodes that are listened to: eight observations full. Registered ones are never turned away. */
const MAX_HEARD = 8 * MAX_MEASURES

/**
 * Counts in how many presence slots each node was heard. With more nodes than an observation can name, registered ones come first, and
 * which of them changes with every hour of slots, for all oracles alike: in time everybody has a turn.
 */
export function createUptimeMeter(slotMs: number, isKnown: (node: NodeId) => boolean = () => true): UptimeMeter {
  const slotsByNode = new Map<NodeId, Set<number>>()
  let firstSlot: number | null = null
  return {
    seen(node, nowMs) {
      const slot = Math.floor(nowMs / slotMs)
      // The slot in which listening began was only heard in part.
      firstSlot ??= slot + 1
      if (!slotsByNode.has(node) && slotsByNode.size >= MAX_HEARD && !isKnown(node)) {
        return
      }
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
      return fitting(measured, isKnown, Math.floor(current / UPTIME_SLOTS)).sort((a, b) => (a.node < b.node ? -1 : 1))
    }
  }
}

function fitting(measured: readonly Measure[], isKnown: (node: NodeId) => boolean, turn: number): Measure[] {
  if (measured.length <= MAX_MEASURES) {
    return [...measured]
  }
  const ranked = measured.map((measure) => ({ measure, isKnown: isKnown(measure.node), rank: rankOf(measure.node, turn) }))
  ranked.sort((a, b) => Number(b.isKnown) - Number(a.isKnown) || (a.rank < b.rank ? -1 : 1))
  return ranked.slice(0, MAX_MEASURES).map(({ measure }) => measure)
}

const rankOf = (node: NodeId, turn: number): string => bytesToHex(sha256(utf8ToBytes(`${turn}/${node}`)))
