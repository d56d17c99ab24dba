import type {
  Address,
  CidString,
  Clock,
  CommittedEpoch,
  NodeId,
  RoundId,
  TaskFailure,
  TokenAmount,
  UnixMs
} from '@cortensor/interface'
import type { HubStats, Trace } from '@cortensor/memory'
import type { Report } from '@cortensor/protocols'
import { skillOf } from './item-response.js'
import { meanSkill, type Skill } from './miners.js'

/** A commit with the report that it stands for. */
export interface EpochRecord {
  commit: CommittedEpoch
  report: Report
  /** Whose view it was committed in. */
  leader: NodeId
}

export interface RoundRecord {
  roundId: RoundId
  /** The epoch that reports it. */
  epoch: number
  /** Miners with an outcome. */
  answerers: number
  asked: number
  correct: number
}

export interface MinerRecord {
  label: string
  /** The label of its first name: one machine may have several. */
  machine: string
  nodeId: NodeId
  /** Name of its strategy, or null for an honest miner. */
  strategy: string | null
  device: string
  /** The mean over the categories; null for a real model, of which nobody knows it. */
  skill: number | null
  /** The same as the last report has measured it, in the categories that it was asked in; null where it was asked nothing. */
  measured: number | null
  /** Quiz items, over all rounds. */
  asked: number
  correct: number
  results: number
  /** In micro-COR. */
  earned: TokenAmount
}

export interface TaskCounts {
  started: number
  completed: number
  failed: number
  /** Not over yet. */
  active: number
  failures: Partial<Record<TaskFailure, number>>
}

/** One request that is over; times in virtual ms since the Unix epoch. */
export interface TaskRecord {
  startedMs: UnixMs
  /** Null when no token came. */
  firstTokenMs: UnixMs | null
  endMs: UnixMs
  model: string
  outcome: 'completed' | TaskFailure
  /** Who answered. */
  miner: NodeId | null
  /** Of the answer. */
  tokens: number
}

export interface SimulationResult {
  /** Equal for equal seeds and options. */
  traceHash: string
  traceLines: number
  /** Events of the virtual clock. */
  events: number
  nowMs: UnixMs
  /** By number. */
  epochs: readonly EpochRecord[]
  /** In the order of their reports. */
  rounds: RoundRecord[]
  miners: MinerRecord[]
  tasks: TaskCounts
  /** Every request that is over. */
  taskRecords: readonly TaskRecord[]
  /** When the simulation was created, in virtual ms since the Unix epoch. */
  startMs: UnixMs
  /** Of the mesh. */
  gossip: HubStats
  /** How long gossip took from its author to each receiver: ms and deliveries, by rising ms. */
  latencies: readonly (readonly [ms: number, deliveries: number])[]
  /** Of all epochs together, in micro-COR. */
  rewardsTotal: TokenAmount
  reportCids: CidString[]
}

export interface RecorderComponents {
  clock: Pick<Clock, 'now'>
  trace: Trace
}

/** What a recorder has to be told of a miner. */
export interface KnownMiner {
  label: string
  /** The label of its machine's first name. @default its own */
  machine?: string
  nodeId: NodeId
  operator: Address
  device: { name: string }
  /** Null when nobody knows it. */
  skill: Skill | null
  strategy: { name: string } | null
}

/** Keeps every commit, and writes it into the trace: which epoch, what it says, and what it pays. */
export class Recorder {
  readonly #kernel: RecorderComponents
  readonly #epochs = new Map<number, EpochRecord>()
  #inOrder: readonly EpochRecord[] | null = null

  constructor(kernel: RecorderComponents) {
    this.#kernel = kernel
  }

  /** By number; each once, from whichever oracle sees it first. */
  get epochs(): readonly EpochRecord[] {
    this.#inOrder ??= [...this.#epochs.values()].sort((a, b) => a.commit.epoch - b.commit.epoch)
    return this.#inOrder
  }

  onEpoch(commit: CommittedEpoch, report: Report, leader: NodeId): void {
    const { clock, trace } = this.#kernel
    if (this.#epochs.get(commit.epoch)?.commit.digest === commit.digest) {
      return
    }
    this.#epochs.set(commit.epoch, { commit, report, leader })
    this.#inOrder = null
    const write = (event: string): void => trace.record(clock.now(), leader, event)
    write(`epoch ${commit.epoch} view ${commit.view} digest ${commit.digest} report ${commit.reportCid}`)
    for (const { miner, roundId, scores, status } of report.outcomes) {
      write(`outcome ${roundId} ${miner} ${status} ${scores.map((s) => `${s.category}:${s.correct}/${s.asked}`).join(' ')}`)
    }
    for (const { base, node, quiz, work } of report.rewards) {
      write(`reward ${node} ${base} ${quiz} ${work}`)
    }
  }

  rounds(): RoundRecord[] {
    return this.epochs.flatMap(({ report }) =>
      [...Map.groupBy(report.outcomes, ({ roundId }) => roundId)].map(([roundId, outcomes]) => ({
        roundId,
        epoch: report.epoch,
        answerers: outcomes.length,
        ...countItems(outcomes)
      }))
    )
  }

  miners(miners: readonly KnownMiner[]): MinerRecord[] {
    const tallies = this.#tally()
    const skills = Map.groupBy(this.epochs.at(-1)?.report.state.skills ?? [], ({ node }) => node)
    const cumulative = new Map(this.epochs.at(-1)?.report.state.cumulative.map(({ amount, operator }) => [operator, amount]))
    return miners.map(({ device, label, machine = label, nodeId, operator, skill, strategy }) => ({
      label,
      machine,
      nodeId,
      strategy: strategy?.name ?? null,
      device: device.name,
      skill: skill === null ? null : meanSkill(skill),
      measured: measuredSkill(skills.get(nodeId) ?? []),
      ...(tallies.get(nodeId) ?? { asked: 0, correct: 0, results: 0 }),
      earned: cumulative.get(operator) ?? 0n
    }))
  }

  /** In one pass over all reports: there may be a million rows, and thousands of miners. */
  #tally(): Map<NodeId, Pick<MinerRecord, 'asked' | 'correct' | 'results'>> {
    const tallies = new Map<NodeId, Pick<MinerRecord, 'asked' | 'correct' | 'results'>>()
    const of = (node: NodeId) => {
      const tally = tallies.get(node) ?? { asked: 0, correct: 0, results: 0 }
      tallies.set(node, tally)
      return tally
    }
    for (const { report } of this.epochs) {
      for (const { miner, scores } of report.outcomes) {
        const tally = of(miner)
        for (const { asked, correct } of scores) {
          tally.asked += asked
          tally.correct += correct
        }
      }
      for (const { miner } of report.results) {
        of(miner).results++
      }
    }
    return tallies
  }
}

const measuredSkill = (rows: readonly { meanMilli: number }[]): number | null =>
  rows.length === 0 ? null : rows.reduce((sum, { meanMilli }) => sum + skillOf(meanMilli), 0) / rows.length

function countItems(outcomes: Report['outcomes']): { asked: number; correct: number } {
  const scores = outcomes.flatMap((outcome) => outcome.scores)
  return {
    asked: scores.reduce((sum, { asked }) => sum + asked, 0),
    correct: scores.reduce((sum, { correct }) => sum + correct, 0)
  }
}
