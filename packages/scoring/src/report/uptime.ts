import type { Committee, NodeId } from '@cortensor/interface'
import { witnessesOf } from '@cortensor/protocols'
import { lowerMedian } from '../order.js'
import type { ReportObservation } from './types.js'

const BPS = 10_000

/** A node's uptime from what each observer measured, in basis points: the lower median, or with few values the lowest. */
function uptimeBps(values: readonly number[], faults: number): number {
  return values.length >= 2 * faults + 1 ? lowerMedian(values) : Math.min(...values)
}

/** The nodes that were up for long enough. Those whom f or fewer observers measured are not: all of these could lie. */
export function liveNodes(
  observations: readonly ReportObservation[],
  committee: Committee,
  minUptimeBps: number
): ReadonlySet<NodeId> {
  const values = new Map<NodeId, number[]>()
  for (const { observe } of observations) {
    for (const { node, seen, slots } of observe.measures) {
      const own = values.get(node) ?? []
      own.push(slots === 0 ? 0 : Math.floor((seen * BPS) / slots))
      values.set(node, own)
    }
  }
  const isLive = (own: readonly number[]): boolean =>
    own.length >= witnessesOf(committee) && uptimeBps(own, committee.faults) >= minUptimeBps
  return new Set([...values].filter(([, own]) => isLive(own)).map(([node]) => node))
}
