import type { Clock, NodeId, UnixMs } from '@cortensor/interface'
import type { AuditedAnswer } from '@cortensor/protocols'
import { LruMap } from '@cortensor/utils'

export interface DrawnAuditorsInit {
  clock: Clock
  /** How long auditors of a draw may ask, from its cutoff, in ms. */
  windowMs: number
  /** Answers whose auditors are remembered. */
  answers: number
  /** How often one auditor may ask about one answer. */
  servings: number
}

type Answer = Pick<AuditedAnswer, 'miner' | 'subject'>

/** Who was drawn for answers that this node can show something of. */
export interface DrawnAuditors {
  /** To those of earlier draws for the same answer. */
  add(answer: Answer, auditors: readonly NodeId[], cutoffMs: UnixMs): void
  /** Whether a node is drawn for any answer now. */
  isDrawn(node: NodeId): boolean
  /** Whether a node was drawn for this answer and has not asked too often; counts that it asks. */
  takeServing(answer: Answer, node: NodeId): boolean
}

/** Seats of one answer: two of the first round and three of a dispute. */
const SEATS = 5

const keyOf = ({ miner, subject }: Answer): string => `${subject}/${miner}`

export function createDrawnAuditors({ answers, clock, servings, windowMs }: DrawnAuditorsInit): DrawnAuditors {
  const auditors = new LruMap<string, ReadonlySet<NodeId>>(answers)
  const untilMs = new LruMap<NodeId, UnixMs>(SEATS * answers)
  const served = new LruMap<string, number>(SEATS * answers)
  return {
    add(answer, drawn, cutoffMs) {
      const key = keyOf(answer)
      auditors.set(key, new Set([...(auditors.get(key) ?? []), ...drawn]))
      for (const node of drawn) {
        untilMs.set(node, Math.max(untilMs.get(node) ?? 0, cutoffMs + windowMs))
      }
    },
    isDrawn: (node) => clock.now() < (untilMs.get(node) ?? 0),
    takeServing(answer, node) {
      const key = `${keyOf(answer)}/${node}`
      const count = served.get(key) ?? 0
      if (auditors.get(keyOf(answer))?.has(node) !== true || count >= servings) {
        return false
      }
      served.set(key, count + 1)
      return true
    }
  }
}
