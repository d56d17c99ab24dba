import type { Clock, CommittedEpoch, NodeId } from '@cortensor/interface'
import { createTrace } from '@cortensor/memory'
import type { Report } from '@cortensor/protocols'
import { type KnownMiner, Recorder, type SimulationResult } from './records.js'
import type { Workload } from './workload.js'

export interface ObserverInit {
  clock: Pick<Clock, 'now'>
  /** Told of every line of the trace. */
  onLine?: (line: string) => void
}

/** Who watches a network that is not simulated and tells of it as a simulation would. What only a simulation knows stays empty. */
export interface Observer {
  /** Commits seen so far. */
  readonly epochs: number
  record(node: string, event: string): void
  onEpoch(commit: CommittedEpoch, report: Report, leader: NodeId): void
  result(miners: readonly KnownMiner[], users: Pick<Workload, 'counts' | 'tasks'>): SimulationResult
}

const UNSEEN = { published: 0, expected: 0, delivered: 0, lost: 0, duplicates: 0, rejected: 0, requests: 0, bytes: 0 }

export function createObserver({ clock, onLine }: ObserverInit): Observer {
  const trace = createTrace(onLine === undefined ? {} : { onLine })
  const recorder = new Recorder({ clock, trace })
  const startMs = clock.now()
  return {
    get epochs() {
      return recorder.epochs.length
    },
    record: (node, event) => trace.record(clock.now(), node, event),
    onEpoch: (commit, report, leader) => recorder.onEpoch(commit, report, leader),
    result(miners, users) {
      const { epochs } = recorder
      return {
        ...{ traceHash: trace.digest(), traceLines: trace.lines, events: trace.lines, nowMs: clock.now(), startMs },
        ...{ epochs, rounds: recorder.rounds(), miners: recorder.miners(miners) },
        ...{ tasks: users.counts(), taskRecords: [...users.tasks()], gossip: UNSEEN, latencies: [] },
        rewardsTotal: epochs.at(-1)?.report.totals.rewards ?? 0n,
        reportCids: epochs.map(({ commit }) => commit.reportCid)
      }
    }
  }
}
