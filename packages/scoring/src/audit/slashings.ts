import type { FalseWindow, TaskId } from '@cortensor/interface'
import type { AuditOutcome, LedgerState } from '@cortensor/protocols'
import { sortedBy } from '../order.js'

/**
 * What costs stake after the audits of an epoch. The first false window of a registration is the only one that counts: the contract takes
 * no second, and who lost stake is ejected.
 */
export function addSlashings(
  { slashings }: Pick<LedgerState, 'slashings'>,
  audits: readonly AuditOutcome[],
  bindings: LedgerState['bindings']
): FalseWindow[] {
  const operators = new Map(bindings.map(({ node, operator }) => [node, operator]))
  const rows = new Map(slashings.map((row) => [`${row.operator}/${row.node}`, row]))
  for (const { isExact, miner: node, subject, window } of audits) {
    const operator = operators.get(node)
    const key = `${operator}/${node}`
    if (isExact && window !== null && operator !== undefined && !rows.has(key)) {
      rows.set(key, { operator, node, subject: subject as TaskId, window })
    }
  }
  return sortedBy(
    rows.values(),
    ({ operator }) => operator,
    ({ node }) => node
  )
}
