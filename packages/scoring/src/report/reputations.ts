import type { EpochNumber, NodeId } from '@cortensor/interface'
import type {
  NodeHonesty,
  NodeReputation,
  OutcomeStatus,
  QuizOutcome,
  ReportedFailure,
  ReportedResult
} from '@cortensor/protocols'
import { isInAlarm } from '../audit/honesty.js'
import { sortedBy } from '../order.js'
import { isQualified, reliabilityLowerMilli } from '../reputation/reliability.js'
import { decayed, newReputation, pointsOf, type Reputation, recorded, type StageEvent } from '../reputation/reputation.js'

/** What an answerer of a round has begun, and what of it it carried through. */
const EVENTS: Readonly<Record<OutcomeStatus, readonly StageEvent[]>> = {
  scored: [
    { stage: 'precommit', succeeded: true },
    { stage: 'reveal', succeeded: true }
  ],
  no_reveal: [
    { stage: 'precommit', succeeded: true },
    { stage: 'reveal', succeeded: false }
  ],
  false_reveal: [
    { stage: 'precommit', succeeded: true },
    { stage: 'reveal', succeeded: false }
  ],
  malformed: [
    { stage: 'precommit', succeeded: true },
    { stage: 'reveal', succeeded: false }
  ],
  late: [{ stage: 'precommit', succeeded: false }]
}

const TASK_DONE: StageEvent = { stage: 'task', succeeded: true }
/**
 * Half an event, because a router can leave in the middle of a task and blame its miner. Who answers a round in every epoch stays qualified
 * against the word of two operators of routers, and leaves the pool against that of three.
 */
const TASK_UNDONE: StageEvent = { stage: 'task', succeeded: false, weightMilli: 500 }

/**
 * The records after an epoch. Rows without evidence stay as they are, byte for byte: how far they have faded follows from their epoch. A
 * node that took no part in a round, because it had paid work or none at all, has begun nothing.
 */
export function updateReputations(
  known: readonly NodeReputation[],
  seen: {
    outcomes: readonly QuizOutcome[]
    results: readonly Pick<ReportedResult, 'miner'>[]
    failures: readonly Pick<ReportedFailure, 'miner'>[]
  },
  epoch: EpochNumber
): NodeReputation[] {
  const rows = new Map(known.map((row) => [row.node, row]))
  const outcomes = Map.groupBy(seen.outcomes, ({ miner }) => miner)
  const results = Map.groupBy(seen.results, ({ miner }) => miner)
  const failures = Map.groupBy(seen.failures, ({ miner }) => miner)
  for (const node of new Set([...outcomes.keys(), ...results.keys(), ...failures.keys()])) {
    const row = rows.get(node)
    const own = outcomes.get(node) ?? []
    const events = [
      ...own.flatMap(({ status }) => EVENTS[status]),
      ...(results.get(node) ?? []).map(() => TASK_DONE),
      ...(failures.get(node) ?? []).map(() => TASK_UNDONE)
    ]
    const { stages } = recorded(row ?? newReputation(epoch), epoch, events)
    const rounds = (row?.rounds ?? 0) + own.filter(({ status }) => status === 'scored').length
    rows.set(node, { node, epoch, rounds, stages })
  }
  return sortedBy(rows.values(), ({ node }) => node)
}

/** Where a node stands: still in test, in the pool, or known to leave too much undone. */
export type NodeStanding = 'in-test' | 'qualified' | 'unreliable'

export interface AssessedNode {
  standing: NodeStanding
  /** The lower tenth of the chance that it carries through what it begins, in thousandths. */
  reliabilityMilli: number
  rounds: number
  /** Audits speak against it: it is not qualified, however reliable it is. */
  isHonestyInAlarm: boolean
}

/** What standing follows from. */
export interface NodeRecords {
  reputations: readonly NodeReputation[]
  honesty: readonly NodeHonesty[]
}

/** Of a node that no report has seen at work. */
export const UNASSESSED: AssessedNode = { standing: 'in-test', reliabilityMilli: 0, rounds: 0, isHonestyInAlarm: false }

/** What records are worth in an epoch, by node: decayed, and held against the thresholds of the pool. */
export function assessedAt({ honesty, reputations }: NodeRecords, epoch: number): ReadonlyMap<NodeId, AssessedNode> {
  const alarmed = new Set(honesty.filter(isInAlarm).map(({ node }) => node))
  const seen = reputations.map((row): [NodeId, AssessedNode] => [row.node, assessed(row, epoch, alarmed.has(row.node))])
  const others = [...alarmed].map((node): [NodeId, AssessedNode] => [node, { ...UNASSESSED, isHonestyInAlarm: true }])
  return new Map([...others, ...seen])
}

function assessed(row: NodeReputation, epoch: number, isHonestyInAlarm: boolean): AssessedNode {
  const reputation = decayed(row, epoch)
  const { rounds } = row
  const { misses, points } = pointsOf(reputation)
  const reliabilityMilli = reliabilityLowerMilli({ points, misses })
  const isInPool = isQualified({ reliabilityMilli, rounds, isHonestyInAlarm })
  const standing = isInPool ? 'qualified' : isUnreliable(reputation) ? 'unreliable' : 'in-test'
  return { standing, reliabilityMilli, rounds, isHonestyInAlarm }
}

/** Those that meet the thresholds of the pool. */
export function qualifiedNodes(records: NodeRecords, epoch: number): ReadonlySet<NodeId> {
  const assessed = assessedAt(records, epoch)
  return new Set([...assessed].filter(([, { standing }]) => standing === 'qualified').map(([node]) => node))
}

/** Fewer events could be a bad minute. */
const MIN_EVENTS = 3_000

/** Of some stage it has carried through less than half. Who was not seen for long is only unknown again. */
const isUnreliable = ({ stages }: Reputation): boolean =>
  Object.values(stages).some(({ entered, succeeded }) => entered >= MIN_EVENTS && 2 * succeeded < entered)
