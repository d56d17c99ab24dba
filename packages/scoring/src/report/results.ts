import type { NetworkParams } from '@cortensor/config'
import { domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { NodeId, UnixMs } from '@cortensor/interface'
import { type ReportedResult, resultCommitment } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { sortedBy } from '../order.js'
import type { Registry } from './bindings.js'
import type { ConsumedKey } from './consumed.js'
import type { SightedItems } from './sighted-items.js'
import type { ItemOf } from './types.js'

/** Results of one report: with their keys, which stay for some ten epochs, they take less than half of a report's block. */
export const MAX_RESULTS = 1_000

export interface SpanInit {
  params: NetworkParams
  /** Cutoff of the epoch before. */
  sinceMs: UnixMs
  /** Cutoff of this epoch. */
  cutoffMs: UnixMs
  /** Keys of what earlier epochs reported. */
  consumed: ReadonlySet<string>
}

export interface ResultsInit extends SpanInit {
  items: SightedItems
  registry: Registry
  payable: ReadonlyMap<NodeId, unknown>
}

export interface CountedResults {
  results: ReportedResult[]
  consumed: ConsumedKey[]
}

type Header = ItemOf<'header'>

const resultKey = (taskId: string, miner: NodeId): string =>
  bytesToHex(domainHash('cortensor/consumed/result/1', hex32ToBytes(taskId), utf8ToBytes(miner)))

/**
 * The answers that this epoch reports: the router's header and the miner's precommit and commit are there, and they fit one another.
 * Both must be registered, because keys alone cost nothing and a flood of made-up tasks would crowd out the others. What can not be
 * counted yet, or does not fit into the report, waits.
 */
export function countResults(init: ResultsInit): CountedResults {
  const { items, consumed, payable } = init
  const headers = new Map(openHeaders(init).map((header) => [header.taskId, header]))
  const precommits = Map.groupBy(items.of('result-precommit'), ({ taskId, sender }) => `${taskId}/${sender}`)
  const found = new Map<string, ReportedResult>()
  for (const { taskId, sender: miner, commit } of items.of('result-commit')) {
    const key = resultKey(taskId, miner)
    const header = headers.get(taskId)
    const isOpen = header !== undefined && !consumed.has(key) && !found.has(key)
    if (!isOpen || !payable.has(miner) || !isAllowed(header, miner, commit.completionTokens)) {
      continue
    }
    const opened = resultCommitment(taskId, miner, commit.salt, commit.transcript)
    if (precommits.get(`${taskId}/${miner}`)?.some(({ commitment }) => commitment === opened) === true) {
      const { transcript, promptTokens, completionTokens } = commit
      const { sender: router, header: stated } = header
      found.set(key, { taskId, router, miner, model: stated.modelId, transcript, promptTokens, completionTokens })
    }
  }
  const counted = sortedBy(
    found,
    ([, { taskId }]) => taskId,
    ([, { miner }]) => miner
  ).slice(0, MAX_RESULTS)
  return {
    results: counted.map(([, result]) => result),
    consumed: counted.map(([key, { taskId }]) => ({ key, expiryMs: lastChanceMs(headers.get(taskId) as Header, init) }))
  }
}

const isAllowed = ({ header }: Header, miner: NodeId, completionTokens: number): boolean =>
  header.assigned.includes(miner) && completionTokens <= header.maxTokens

/**
 * A result counts in epochs that begin before this. It comes from the header itself, because the envelopes around it can be sealed
 * anew with another expiry: only so a key that is forgotten by then can not come again.
 */
const lastChanceMs = ({ header }: Header, { params }: SpanInit): UnixMs => header.deadlineMs + params.epoch.itemTtlMs

/** Deadlines further ahead than a task may take would keep their keys in the state for ever. */
function openHeaders(init: ResultsInit): readonly Header[] {
  const latestDeadlineMs = init.cutoffMs + init.params.deadlines.taskDeadlineMs
  return init.items.of('header').filter((item) => {
    const isDue = lastChanceMs(item, init) >= init.sinceMs && item.header.deadlineMs <= latestDeadlineMs
    return isDue && init.registry.isStaked(item.sender, 'router')
  })
}
