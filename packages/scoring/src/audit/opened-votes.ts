import type { NodeId } from '@cortensor/interface'
import { type AuditReveal, auditCommitment, type PendingAudit } from '@cortensor/protocols'
import type { ExclusionList } from '../report/exclusions.js'
import type { SightedItems } from '../report/sighted-items.js'
import type { AuditDraw } from './draw.js'

export interface OpenVotesInit {
  draw: Pick<AuditDraw, 'drawn'>
  items: SightedItems
  /** Observers that must list a promise and what opens it. */
  witnesses: number
  exclusions: ExclusionList
}

/** What an auditor said of an answer. */
export type Told = Pick<AuditReveal, 'isExact' | 'vote' | 'window' | 'sample'>

const subjectKey = ({ miner, round, subject }: Pick<PendingAudit, 'miner' | 'round' | 'subject'>): string =>
  `${subject}/${miner}/${round}`

export interface OpenedVotes {
  of(audit: PendingAudit, auditor: NodeId): Told | null
  hasPromised(audit: PendingAudit, auditor: NodeId): boolean
}

/** Votes that were promised before anybody told one, by subject and auditor. */
export function openVotes({ draw, exclusions, items, witnesses }: OpenVotesInit): OpenedVotes {
  const auditors = new Map(draw.drawn.map((audit) => [subjectKey(audit), audit.auditors]))
  const isRightful = (item: { sender: NodeId } & Pick<PendingAudit, 'miner' | 'round' | 'subject'>): boolean =>
    auditors.get(subjectKey(item))?.includes(item.sender) === true
  const promises = new Set<string>()
  const promised = new Set<string>()
  for (const item of items.of('audit-precommit')) {
    if (!isRightful(item)) {
      exclusions.add([item], 'not_allowed')
    } else if (items.witnesses(item) < witnesses) {
      exclusions.add([item], 'late')
    } else {
      promises.add(`${item.sender}/${item.commitment}`)
      promised.add(`${subjectKey(item)}/${item.sender}`)
    }
  }
  const told = new Map<string, Told>()
  for (const item of items.of('audit-reveal')) {
    const key = `${subjectKey(item)}/${item.sender}`
    if (!isRightful(item)) {
      exclusions.add([item], 'not_allowed')
    } else if (!promises.has(`${item.sender}/${auditCommitment(item.sender, item.reveal)}`)) {
      exclusions.add([item], 'mismatch')
    } else if (items.witnesses(item) < witnesses) {
      exclusions.add([item], 'late')
    } else if (told.has(key)) {
      exclusions.add([item], 'duplicate')
    } else {
      told.set(key, item.reveal)
    }
  }
  return {
    of: (audit, auditor) => told.get(`${subjectKey(audit)}/${auditor}`) ?? null,
    hasPromised: (audit, auditor) => promised.has(`${subjectKey(audit)}/${auditor}`)
  }
}
