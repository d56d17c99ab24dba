import { domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { Address, NodeId } from '@cortensor/interface'
import type { ExclusionReason, ReportedFailure } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { sortedBy } from '../order.js'
import type { ConsumedKey } from './consumed.js'
import { type CountedResults, lastChanceMs, resultKey, type SpanInit } from './results.js'
import type { SightedItems } from './sighted-items.js'
import type { ItemOf } from './types.js'

export interface FailuresInit extends SpanInit {
  items: SightedItems
  tasks: Pick<CountedResults, 'headers' | 'results'>
  payable: ReadonlyMap<NodeId, Address>
  /** Those whose operators are proved and registered. */
  routers: ReadonlyMap<NodeId, Address>
}

export interface CountedFailures {
  failures: ReportedFailure[]
  consumed: ConsumedKey[]
}

const failureKey = (taskId: string, miner: NodeId): string =>
  bytesToHex(domainHash('cortensor/consumed/failure/1', hex32ToBytes(taskId), utf8ToBytes(miner)))

/**
 * Tasks that miners took and left undone: the router's header and the miner's own acknowledgement are there, the deadline has passed, and no
 * commit came. A router can make one of any task, by leaving in the middle of it; so one operator's word counts once for a node and epoch, and
 * the rest waits.
 */
export function countFailures(init: FailuresInit): CountedFailures {
  const { consumed, cutoffMs, exclusions, items, payable, routers, tasks } = init
  const done = new Set([
    ...tasks.results.map(({ miner, taskId }) => `${taskId}/${miner}`),
    ...items.of('result-commit').map(({ sender, taskId }) => `${taskId}/${sender}`)
  ])
  /** Null for what counts. */
  const reasonOf = ({ sender: miner, taskId }: ItemOf<'acknowledgement'>, header: ItemOf<'header'>): ExclusionReason | null => {
    if (consumed.has(failureKey(taskId, miner))) {
      return 'consumed'
    }
    // It was done, or will be reported as done.
    if (done.has(`${taskId}/${miner}`) || consumed.has(resultKey(taskId, miner))) {
      return 'duplicate'
    }
    if (!payable.has(miner) || !routers.has(header.sender)) {
      return 'unknown_node'
    }
    if (!header.header.assigned.includes(miner)) {
      return 'not_allowed'
    }
    return header.header.deadlineMs > cutoffMs ? 'too_early' : null
  }
  const failures = new Map<string, ReportedFailure & { expiryMs: number }>()
  const inOrder = sortedBy(
    items.of('acknowledgement'),
    ({ taskId }) => taskId,
    ({ sender }) => sender,
    ({ id }) => id
  )
  for (const item of inOrder) {
    const { sender: miner, taskId } = item
    const header = tasks.headers.get(taskId)
    const reason = header === undefined ? 'incomplete' : reasonOf(item, header)
    if (header === undefined || reason !== null) {
      exclusions.add([item], reason ?? 'incomplete')
      continue
    }
    const place = `${miner}/${routers.get(header.sender)}`
    const counted = failures.get(place)
    if (counted === undefined) {
      failures.set(place, { taskId, router: header.sender, miner, expiryMs: lastChanceMs(header, init) })
    } else {
      exclusions.add([item], counted.taskId === taskId ? 'duplicate' : 'over_limit')
    }
  }
  const rows = sortedBy(
    failures.values(),
    ({ taskId }) => taskId,
    ({ miner }) => miner
  )
  return {
    failures: rows.map(({ miner, router, taskId }) => ({ taskId, router, miner })),
    consumed: rows.map(({ expiryMs, miner, taskId }) => ({ key: failureKey(taskId, miner), expiryMs }))
  }
}
