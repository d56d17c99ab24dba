import { type Address, type NodeId, ROLE_BITS, type Role } from '@cortensor/interface'
import type { Anchor, LedgerState } from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ExclusionList } from './exclusions.js'
import type { SightedItems } from './sighted-items.js'

/** Who is registered as what, as of the anchor. */
export interface Registry {
  has(operator: Address, node: NodeId): boolean
  /** True iff somebody registered the node in this role. Without a binding that shows a stake, not whose node it is. */
  isStaked(node: NodeId, role: Role): boolean
  hasRole(operator: Address, node: NodeId, role: Role): boolean
}

export function readRegistry(anchor: Pick<Anchor, 'registrations'>): Registry {
  const roles = new Map(anchor.registrations.map((entry) => [`${entry.operator}/${entry.node}`, entry.roles]))
  const staked = new Map<NodeId, number>()
  for (const entry of anchor.registrations) {
    staked.set(entry.node, (staked.get(entry.node) ?? 0) | entry.roles)
  }
  const includes = (bits: number | undefined, role: Role): boolean => ((bits ?? 0) & ROLE_BITS[role]) !== 0
  return {
    has: (operator, node) => roles.has(`${operator}/${node}`),
    isStaked: (node, role) => includes(staked.get(node), role),
    hasRole: (operator, node, role) => includes(roles.get(`${operator}/${node}`), role)
  }
}

/**
 * The bindings known so far and the new ones. A binding is only taken in when the chain has the same pair, because keys cost nothing
 * and a registration does; the first one of a node stays. Of several that are new, the lowest operator counts.
 */
export function mergeBindings(
  known: LedgerState['bindings'],
  items: SightedItems,
  registry: Registry,
  exclusions: ExclusionList
): LedgerState['bindings'] {
  const operators = new Map(known.map(({ node, operator }) => [node, operator]))
  for (const item of sortedBy(items.of('binding'), (item) => item.operator)) {
    const { operator, sender } = item
    if (operators.has(sender)) {
      exclusions.add([item], 'duplicate')
    } else if (registry.has(operator, sender)) {
      operators.set(sender, operator)
    } else {
      exclusions.add([item], 'unknown_node')
    }
  }
  const merged = [...operators].map(([node, operator]) => ({ node, operator }))
  return sortedBy(merged, ({ node }) => node)
}

/** Nodes of a role whose operator is proved and registered: only these can be paid for it. */
export function payableNodes(bindings: LedgerState['bindings'], registry: Registry, role: Role): ReadonlyMap<NodeId, Address> {
  const payable = bindings.filter(({ node, operator }) => registry.hasRole(operator, node, role))
  return new Map(payable.map(({ node, operator }) => [node, operator]))
}
