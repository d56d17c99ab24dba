import type { NodeId } from '@cortensor/interface'
import type { AuditSubject, OpenedEnvelope, Report } from '@cortensor/protocols'

interface AuditEvidence {
  subject: AuditSubject
  precommits: Map<NodeId, OpenedEnvelope>
  reveals: Map<NodeId, OpenedEnvelope>
  /** The miner's word that it has spoilt the answer. */
  plants: Map<NodeId, OpenedEnvelope>
}

export type AuditStage = 'precommits' | 'reveals' | 'plants'

/** What auditors have said of answers whose audits are not over. */
export interface AuditVotes {
  /** False for a second message in one place, and for one that comes too late to be a promise or has none. */
  add(stage: AuditStage, subject: AuditSubject, envelope: OpenedEnvelope): boolean
  items(): OpenedEnvelope[]
  /** Whether a vote was told. */
  hasReveals(): boolean
  /** Lets go of what is about no audit that this report leaves open; returns it. */
  settle(report: Pick<Report, 'state'>): OpenedEnvelope[]
}

const keyOf = ({ miner, round, subject }: AuditSubject): string => `${subject}/${miner}/${round}`

export function createAuditVotes(): AuditVotes {
  const audits = new Map<string, AuditEvidence>()
  const itemsOf = ({ plants, precommits, reveals }: AuditEvidence): OpenedEnvelope[] => [
    ...precommits.values(),
    ...reveals.values(),
    ...plants.values()
  ]
  return {
    add(stage, subject, envelope) {
      const key = keyOf(subject)
      const audit = audits.get(key) ?? { subject, precommits: new Map(), reveals: new Map(), plants: new Map() }
      const isTold = audit.reveals.size + audit.plants.size > 0
      const isOutOfPlace = {
        // Nobody promises any more once somebody has told: he could say the same.
        precommits: isTold,
        reveals: !audit.precommits.has(envelope.sender),
        plants: envelope.sender !== subject.miner
      }
      if (isOutOfPlace[stage] || audit[stage].has(envelope.sender)) {
        return false
      }
      audit[stage].set(envelope.sender, envelope)
      audits.set(key, audit)
      return true
    },
    items: () => [...audits.values()].flatMap(itemsOf),
    hasReveals: () => [...audits.values()].some(({ reveals }) => reveals.size > 0),
    settle({ state }) {
      const open = new Set([
        ...state.reported.map(({ miner, subject }) => keyOf({ miner, subject, round: 0 })),
        ...state.pending.map(keyOf)
      ])
      const over = [...audits].filter(([key]) => !open.has(key))
      for (const [key] of over) {
        audits.delete(key)
      }
      return over.flatMap(([, audit]) => itemsOf(audit))
    }
  }
}
