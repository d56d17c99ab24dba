import type { AbortOptions, Chain, CommittedView, Committee, EpochNumber, NodeId } from '@cortensor/interface'
import { leadingOrder } from './committee.js'

/**
 * Epochs that have one record. It begins anew after as many, at the same epoch for everybody, so that a member that joins late reads as
 * much of the chain as one that was always there, and so that every laggard is given another try. With 31 members each leads four times.
 */
export const RECORD_EPOCHS = 128

export interface RecordSpan {
  from: EpochNumber
  to: EpochNumber
}

/**
 * The epochs whose views decide who goes last in an epoch, or null when there are none yet. Each lies at least `depth` epochs, and so
 * blocks, below the one that this epoch builds on: no reorganisation changes its view any more.
 */
export function recordSpan(epoch: number, depth: number): RecordSpan | null {
  const from = Math.max(1, epoch - (epoch % RECORD_EPOCHS))
  const to = epoch - 1 - depth
  return to < from ? null : { from: from as EpochNumber, to: to as EpochNumber }
}

/** How often a member led in vain since it last led well, and in which epoch it did so last. */
interface Failures {
  count: number
  epoch: number
}

/** At most f: more would make the order one of the absent. Those who failed more often, then those who failed later. */
function worstOf(committee: Committee, failures: ReadonlyMap<NodeId, Failures>): NodeId[] {
  const inOrder = [...failures].sort(([a, x], [b, y]) => y.count - x.count || y.epoch - x.epoch || (a < b ? -1 : 1))
  return inOrder.slice(0, committee.faults).map(([member]) => member)
}

/**
 * Rule 2: the members that go last in an epoch, because views that they led have timed out. Pure: it follows from the views in which the
 * epochs of {@link recordSpan} were committed, those of other committees left out, and from nothing that one member alone has seen.
 */
export function laggardsOf(committee: Committee, epoch: number, depth: number, views: readonly CommittedView[]): NodeId[] {
  const span = recordSpan(epoch, depth)
  const { length } = committee.members
  const own = span === null ? [] : views.filter((one) => one.epoch >= span.from && one.epoch <= span.to)
  const record = own.filter(({ config }) => config === committee.config).sort((a, b) => a.epoch - b.epoch)
  const failures = new Map<NodeId, Failures>()
  const led: { epoch: number; failed: NodeId[]; leader: NodeId }[] = []
  let counted = 0
  const countUntil = (last: number): void => {
    for (let one = led[counted]; one !== undefined && one.epoch <= last; one = led[++counted]) {
      for (const member of one.failed) {
        failures.set(member, { count: (failures.get(member)?.count ?? 0) + 1, epoch: one.epoch })
      }
      failures.delete(one.leader)
    }
  }
  for (const { epoch: past, view } of record) {
    // Who led then follows from what was final then.
    countUntil(past - 1 - depth)
    const order = leadingOrder(committee, past, worstOf(committee, failures))
    // Views that went round the whole committee say nothing of its members.
    led.push({ epoch: past, failed: view < length ? order.slice(0, view) : [], leader: order[view % length] as NodeId })
  }
  countUntil(epoch - 1 - depth)
  return worstOf(committee, failures)
}

/** {@link laggardsOf} an epoch, from what the chain says. `depth`: the network's confirmation depth. */
export async function readLaggards(
  chain: Pick<Chain, 'views'>,
  committee: Committee,
  { depth, epoch, ...options }: AbortOptions & { epoch: number; depth: number }
): Promise<NodeId[]> {
  const span = recordSpan(epoch, depth)
  return span === null ? [] : laggardsOf(committee, epoch, depth, await chain.views({ ...span, ...options }))
}
