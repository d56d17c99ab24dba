import type { NodeId, RoundId, TaskId, UnixMs } from '@cortensor/interface'
import {
  type AuditSubject,
  instanceKey,
  type OpenedEnvelope,
  type Propose,
  type Report,
  type ResultMessage,
  type RoundOpen,
  type TaskHeader
} from '@cortensor/protocols'
import { openedRound, type RoundFault, type RoundPhase, type RoundState, type RoundTiming, reduceRound } from '@cortensor/scoring'
import { type AuditStage, createAuditVotes } from './audit-votes.js'
import { createBallots } from './ballots.js'
import type { RegistryView } from './registry-view.js'

export interface PoolInit {
  /** How long an item can wait for its report, in ms. */
  itemTtlMs: number
  /** When the answers to a round have to be sealed, and shown. */
  timing: RoundTiming
  /** Results of one report. */
  maxResults: number
  /** Most items kept of one sender: a router of 10,000 tasks an epoch sends a header each, a miner of 5,000 two. @default 12000 */
  maxItemsPerSender?: number
  /** Most items kept of registered senders: three a task for three epochs of 10,000 results. @default 96000 */
  maxItems?: number
  /** Tells strangers, who get a small place of their own: what they say waits there until they are registered. @default none */
  registry?: RegistryView
}

interface TaskEvidence {
  header: OpenedEnvelope | null
  assigned: readonly NodeId[]
  deadlineMs: UnixMs
  /** Of miners that a router says left it undone. */
  acknowledgements: Map<NodeId, OpenedEnvelope>
  precommits: Map<NodeId, OpenedEnvelope>
  commits: Map<NodeId, OpenedEnvelope>
  sinceMs: UnixMs
  /** When a message of it came last. */
  changedMs: UnixMs
  /** Reports since then that could have taken it and did not. */
  passedOver: number
}

interface RoundEvidence {
  open: OpenedEnvelope
  round: RoundOpen
  state: RoundState
  precommits: Map<NodeId, OpenedEnvelope>
  reveals: Map<NodeId, OpenedEnvelope>
}

/** What a node says between its registration and the next block: one presence, and a few tasks. */
const MAX_OF_STRANGER = 64
/** A small part of the pool: strangers crowd out one another, and nobody else. */
const MAX_STRANGE = 4_096

/**
 * A finished task is no news once so many reports have passed it over: a commit that does not open its precommit, a miner that is not
 * registered. It stays reportable. More than one, because the first report may have been made of others' observations.
 */
const CHANCES = 2

export type RoundStage = 'precommits' | 'reveals'

/** A fault of the answerer, one that was not drawn, a round that this oracle has not heard of or has let go, or no room for more. */
export type AnswerRefusal = RoundFault | 'not_drawn' | 'unknown_round' | 'no_room'

/** Of a judge's ballot. */
export type BallotRefusal = 'late' | 'twice' | 'not_drawn' | 'unknown_round' | 'no_room'

const EVENT_OF = { precommits: 'precommit', reveals: 'reveal' } as const

/** What of a report ends the wait of messages. */
export type SettledReport = Pick<Report, 'failures' | 'results' | 'state'>

/** The signed messages that wait for their report. A second message in the same place is refused: the first one counts. */
export interface EvidencePool {
  addHeader(taskId: TaskId, header: TaskHeader, envelope: OpenedEnvelope, nowMs: UnixMs): boolean
  addResult(kind: 'acknowledgements' | 'precommits' | 'commits', taskId: TaskId, envelope: OpenedEnvelope, nowMs: UnixMs): boolean
  addRound(roundId: RoundId, round: RoundOpen, envelope: OpenedEnvelope): boolean
  /** Null when it is taken; otherwise why not. */
  addAnswer(stage: RoundStage, roundId: RoundId, envelope: OpenedEnvelope, atMs: UnixMs): AnswerRefusal | null
  addAudit(stage: AuditStage, subject: AuditSubject, envelope: OpenedEnvelope): boolean
  /** Null when it is taken; otherwise why not. */
  addBallot(roundId: RoundId, envelope: OpenedEnvelope): BallotRefusal | null
  addBinding(envelope: OpenedEnvelope): boolean
  /** One of two proposals of one member in one view. */
  addProposal(proposal: Propose, envelope: OpenedEnvelope): boolean
  round(roundId: RoundId): RoundOpen | null
  /** What could be reported now: tasks whose three messages are here, rounds that have ended, new bindings, pairs of proposals. */
  reportable(nowMs: UnixMs): OpenedEnvelope[]
  /** True iff `reportable` names something that reports have not passed over: bindings alone are no reason for an epoch. */
  hasNews(nowMs: UnixMs): boolean
  /** Lets go of what a committed report has settled and of what waited too long; returns it. */
  settle(report: SettledReport, nowMs: UnixMs): OpenedEnvelope[]
  readonly size: number
}

export function createEvidencePool(init: PoolInit): EvidencePool {
  const maxItems = init.maxItems ?? 96_000
  const maxPerSender = init.maxItemsPerSender ?? 12_000
  const tasks = new Map<TaskId, TaskEvidence>()
  const rounds = new Map<RoundId, RoundEvidence>()
  const bindings = new Map<NodeId, OpenedEnvelope>()
  /** By sender, instance and view. */
  const proposals = new Map<string, { epoch: number; items: OpenedEnvelope[] }>()
  const perSender = new Map<NodeId, number>()
  const audits = createAuditVotes()
  const ballots = createBallots()
  let size = 0
  /** Of those, by senders that are not registered. */
  let strange = 0
  const isKnown = (sender: NodeId): boolean => init.registry?.has(sender) !== false
  init.registry?.onChange(() => {
    strange = [...perSender].reduce((sum, [sender, items]) => (isKnown(sender) ? sum : sum + items), 0)
  })

  const hasRoom = (sender: NodeId): boolean => {
    const own = perSender.get(sender) ?? 0
    return isKnown(sender)
      ? size - strange < maxItems && own < maxPerSender
      : strange < MAX_STRANGE && own < Math.min(MAX_OF_STRANGER, maxPerSender)
  }
  const count = (envelope: OpenedEnvelope, change: 1 | -1): void => {
    size += change
    strange += isKnown(envelope.sender) ? 0 : change
    const left = (perSender.get(envelope.sender) ?? 0) + change
    if (left > 0) {
      perSender.set(envelope.sender, left)
    } else {
      perSender.delete(envelope.sender)
    }
  }
  const place = <K>(map: Map<K, OpenedEnvelope>, key: K, envelope: OpenedEnvelope): boolean => {
    if (map.has(key) || !hasRoom(envelope.sender)) {
      return false
    }
    map.set(key, envelope)
    count(envelope, 1)
    return true
  }
  const taskOf = (taskId: TaskId, nowMs: UnixMs): TaskEvidence => {
    const known = tasks.get(taskId)
    if (known !== undefined) {
      return known
    }
    const task: TaskEvidence = {
      header: null,
      assigned: [],
      deadlineMs: 0,
      acknowledgements: new Map(),
      precommits: new Map(),
      commits: new Map(),
      sinceMs: nowMs,
      changedMs: nowMs,
      passedOver: 0
    }
    tasks.set(taskId, task)
    return task
  }
  const itemsOf = (evidence: TaskEvidence | RoundEvidence): OpenedEnvelope[] => {
    const first = 'open' in evidence ? evidence.open : evidence.header
    const last = 'open' in evidence ? evidence.reveals : evidence.commits
    const taken = 'open' in evidence ? [] : evidence.acknowledgements.values()
    return [...(first === null ? [] : [first]), ...taken, ...evidence.precommits.values(), ...last.values()]
  }
  const endOf = ({ state }: RoundEvidence): UnixMs => state.revealMs
  const phaseAt = ({ state }: RoundEvidence, atMs: UnixMs): RoundPhase => reduceRound(state, { type: 'time', atMs }).state.phase
  const finished = (task: TaskEvidence): NodeId[] =>
    task.assigned.filter((miner) => task.precommits.has(miner) && task.commits.has(miner))
  /** Taken, over, and nothing came of it. */
  const undone = (task: TaskEvidence, nowMs: UnixMs): NodeId[] =>
    task.deadlineMs > nowMs ? [] : task.assigned.filter((miner) => task.acknowledgements.has(miner) && !task.commits.has(miner))
  const endedRounds = (nowMs: UnixMs): RoundEvidence[] => [...rounds.values()].filter((round) => phaseAt(round, nowMs) === 'end')

  return {
    get size() {
      return size
    },
    addHeader(taskId, header, envelope, nowMs) {
      if (tasks.get(taskId)?.header != null || !hasRoom(envelope.sender)) {
        return false
      }
      const task = taskOf(taskId, nowMs)
      Object.assign(task, { changedMs: nowMs, passedOver: 0 })
      task.header = envelope
      task.assigned = header.assigned
      task.deadlineMs = header.deadlineMs
      count(envelope, 1)
      return true
    },
    addResult(kind, taskId, envelope, nowMs) {
      if (!hasRoom(envelope.sender)) {
        return false
      }
      const task = taskOf(taskId, nowMs)
      const isNew = place(task[kind], envelope.sender, envelope)
      if (isNew) {
        Object.assign(task, { changedMs: nowMs, passedOver: 0 })
      }
      return isNew
    },
    addRound(roundId, round, envelope) {
      const twin = [...rounds.values()].some((other) => other.round.seedBlock === round.seedBlock)
      if (twin || rounds.has(roundId) || !hasRoom(envelope.sender)) {
        return false
      }
      const state = openedRound(round, init.timing)
      rounds.set(roundId, { open: envelope, round, state, precommits: new Map(), reveals: new Map() })
      count(envelope, 1)
      return true
    },
    addAnswer(stage, roundId, envelope, atMs) {
      const round = rounds.get(roundId)
      if (round === undefined) {
        return 'unknown_round'
      }
      const { fault, state } = reduceRound(round.state, { type: EVENT_OF[stage], node: envelope.sender, atMs })
      if (fault === null && !place(round[stage], envelope.sender, envelope)) {
        return 'no_room'
      }
      round.state = state
      return fault
    },
    addAudit(stage, subject, envelope) {
      const isNew = hasRoom(envelope.sender) && audits.add(stage, subject, envelope)
      if (isNew) {
        count(envelope, 1)
      }
      return isNew
    },
    addBallot(roundId, envelope) {
      if (!hasRoom(envelope.sender)) {
        return 'no_room'
      }
      const isNew = ballots.add(roundId, envelope)
      if (isNew) {
        count(envelope, 1)
      }
      return isNew ? null : 'twice'
    },
    addBinding: (envelope) => place(bindings, envelope.sender, envelope),
    addProposal({ instance, view }, envelope) {
      const key = `${envelope.sender}/${instanceKey(instance)}/${view}`
      const twins = proposals.get(key) ?? { epoch: instance.epoch, items: [] }
      if (twins.items.length === 2 || twins.items.some(({ id }) => id === envelope.id) || !hasRoom(envelope.sender)) {
        return false
      }
      proposals.set(key, twins)
      twins.items.push(envelope)
      count(envelope, 1)
      return true
    },
    round: (roundId) => rounds.get(roundId)?.round ?? null,
    reportable(nowMs) {
      const ofTasks = [...tasks.values()].flatMap((task) => {
        const taken = undone(task, nowMs).map((miner) => task.acknowledgements.get(miner))
        const messages = finished(task).flatMap((miner) => [task.precommits.get(miner), task.commits.get(miner)])
        return taken.length + messages.length === 0 ? [] : [task.header, ...taken, ...messages]
      })
      const twins = [...proposals.values()].flatMap(({ items }) => (items.length === 2 ? items : []))
      const votes = [...audits.items(), ...ballots.items()]
      const held = [...ofTasks, ...endedRounds(nowMs).flatMap(itemsOf), ...votes, ...bindings.values(), ...twins]
      return held.filter((item) => item != null)
    },
    hasNews: (nowMs) =>
      endedRounds(nowMs).length > 0 ||
      audits.hasReveals() ||
      [...tasks.values()].some((task) => task.passedOver < CHANCES && finished(task).length > 0),
    settle(report, nowMs) {
      const gone: OpenedEnvelope[] = [...audits.settle(report), ...ballots.settle(report)]
      for (const { taskId, miner } of report.results) {
        const task = tasks.get(taskId)
        for (const map of task === undefined ? [] : [task.precommits, task.commits]) {
          const item = map.get(miner)
          if (item !== undefined) {
            map.delete(miner)
            gone.push(item)
          }
        }
      }
      for (const { taskId, miner } of report.failures) {
        const { acknowledgements } = tasks.get(taskId) ?? { acknowledgements: new Map<NodeId, OpenedEnvelope>() }
        const item = acknowledgements.get(miner)
        if (item !== undefined) {
          acknowledgements.delete(miner)
          gone.push(item)
        }
      }
      const isFull = report.results.length >= init.maxResults
      const reported = new Set([...report.results, ...report.failures].map(({ taskId }) => taskId))
      for (const [taskId, task] of tasks) {
        if (!isFull && task.changedMs <= report.state.cutoffMs) {
          task.passedOver++
        }
        const isEmpty = task.acknowledgements.size === 0 && task.precommits.size === 0 && task.commits.size === 0
        const isSettled = isEmpty && reported.has(taskId)
        if (isSettled || task.sinceMs + init.itemTtlMs <= nowMs) {
          tasks.delete(taskId)
          gone.push(...itemsOf(task))
        }
      }
      for (const [roundId, round] of rounds) {
        if (endOf(round) <= report.state.cutoffMs || endOf(round) + init.itemTtlMs <= nowMs) {
          rounds.delete(roundId)
          gone.push(...itemsOf(round))
        }
      }
      for (const [key, { epoch, items }] of proposals) {
        // Only the report of the epoch after takes them.
        if (epoch < report.state.epoch) {
          proposals.delete(key)
          gone.push(...items)
        }
      }
      const bound = new Set(report.state.bindings.map(({ node }) => node))
      for (const [node, item] of bindings) {
        // Of a node that nobody registered, until its presence is long over; while it lives it brings a new one.
        if (bound.has(node) || item.expiryMs + init.itemTtlMs <= nowMs) {
          bindings.delete(node)
          gone.push(item)
        }
      }
      for (const item of gone) {
        count(item, -1)
      }
      return gone
    }
  }
}

/** Puts a message of the family `result` where it belongs; false when that place is taken. */
export function addResultMessage(pool: EvidencePool, message: ResultMessage, envelope: OpenedEnvelope, nowMs: UnixMs): boolean {
  switch (message.type) {
    case 'acknowledgement':
      return pool.addResult('acknowledgements', message.taskId, envelope, nowMs)
    case 'precommit':
      return pool.addResult('precommits', message.taskId, envelope, nowMs)
    case 'commit':
      return pool.addResult('commits', message.taskId, envelope, nowMs)
    case 'audit-precommit':
      return pool.addAudit('precommits', message, envelope)
    case 'audit-plant':
      return pool.addAudit('plants', { subject: message.subject, miner: envelope.sender, round: 0 }, envelope)
    case 'audit-reveal':
      return pool.addAudit('reveals', message, envelope)
  }
}
