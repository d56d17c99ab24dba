import type { AuditParams } from '@cortensor/config'
import { bytesToHex32 } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { type LedgerState, type NodeHonesty, type NodeReputation, type PendingAudit, plantSalt } from '@cortensor/protocols'
import type { ExclusionList } from '../report/exclusions.js'
import type { SightedItems } from '../report/sighted-items.js'

/**
 * How many rounds more a node may spoil by now. Its own excuse for a false answer, too: so there are no more than the share of rounds that
 * the network asks for.
 */
export function plantsLeft(
  { rounds }: Pick<NodeReputation, 'rounds'>,
  { plants }: Pick<NodeHonesty, 'plants'>,
  { plantBps }: Pick<AuditParams, 'plantBps'>
): number {
  return Math.max(0, Math.floor((rounds * plantBps) / 10_000) - plants)
}

export interface PlantsInit {
  audits: readonly PendingAudit[]
  items: SightedItems
  witnesses: number
  state: Pick<LedgerState, 'honesty' | 'reputations'>
  params: Pick<AuditParams, 'plantBps'>
  exclusions: ExclusionList
}

/** The open audits whose miners have shown in time that they spoilt the answers, and may have: one a miner. */
export function openPlants({ audits, exclusions, items, params, state, witnesses }: PlantsInit): ReadonlySet<PendingAudit> {
  const rounds = new Map(state.reputations.map((row) => [row.node, row.rounds]))
  const plants = new Map(state.honesty.map((row) => [row.node, row.plants]))
  const bySubject = new Map(audits.map((audit) => [`${audit.subject}/${audit.miner}`, audit]))
  const found = new Map<NodeId, PendingAudit>()
  for (const item of items.of('audit-plant')) {
    const { secret, sender, subject } = item
    const audit = bySubject.get(`${subject}/${sender}`)
    const left = plantsLeft({ rounds: rounds.get(sender) ?? 0 }, { plants: plants.get(sender) ?? 0 }, params)
    if (audit?.source.type !== 'quiz' || left === 0 || found.has(sender)) {
      exclusions.add([item], 'not_allowed')
    } else if (audit.source.salt !== bytesToHex32(plantSalt(sender, secret))) {
      exclusions.add([item], 'mismatch')
    } else if (items.witnesses(item) < witnesses) {
      exclusions.add([item], 'late')
    } else {
      found.set(sender, audit)
    }
  }
  return new Set(found.values())
}
