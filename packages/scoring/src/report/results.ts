import type { NetworkParams } from '@cortensor/config'
import { domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { NodeId, UnixMs } from '@cortensor/interface'
import { type ExclusionReason, MAX_SECTION_ROWS, type ReportedResult, resultCommitment } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { sortedBy } from '../order.js'
import type { Registry } from './bindings.js'
import type { ConsumedKey } from './consumed.js'
import type { ExclusionList } from './exclusions.js'
import type { SightedItems } from './sighted-items.js'
import type { ItemOf, OpenedItem } from './types.js'

/** Keys that rounds may add to the state in one report. */
const ROOM_FOR_ROUNDS = 1_024

export interface SpanInit {
  params: NetworkParams
  /** Cutoff of the epoch before. */
  sinceMs: UnixMs
  /** Cutoff of this epoch. */
  cutoffMs: UnixMs
  /** Keys of what earlier epochs reported. */
  consumed: ReadonlySet<string>
  /** Where items go that do not count. */
  exclusions: ExclusionList
}

export interface ResultsInit extends SpanInit {
  items: SightedItems
  registry: Registry
  payable: ReadonlyMap<NodeId, unknown>
}

/** A result before it is known what it is charged. */
export type CountedResult = Omit<ReportedResult, 'fee'> & { priceMicroPerKilotoken: number }

export interface CountedResults {
  results: CountedResult[]
  /** Those that count, by task. */
  headers: ReadonlyMap<string, Header>
  consumed: ConsumedKey[]
}

type Header = ItemOf<'header'>

export const resultKey = (taskId: string, miner: NodeId): string =>
  bytesToHex(domainHash('cortensor/consumed/result/1', hex32ToBytes(taskId), utf8ToBytes(miner)))

/**
 * The answers that this epoch reports: the router's header and the miner's precommit and commit are there, and they fit one another.
 * Both must be registered, because keys alone cost nothing and a flood of made-up tasks would crowd out the others. What can not be
 * counted yet, or does not fit into the report, waits.
 */
export function countResults(init: ResultsInit): CountedResults {
  const { exclusions, items } = init
  const headers = openHeaders(init)
  const precommits = Map.groupBy(items.of('result-precommit'), answerKey)
  const found = new Map<string, FoundResult>()
  for (const commit of items.of('result-commit')) {
    const key = resultKey(commit.taskId, commit.sender)
    const header = headers.get(commit.taskId)
    const answer = found.has(key) ? 'duplicate' : checkAnswer(key, header, commit, precommits.get(answerKey(commit)) ?? [], init)
    if (typeof answer === 'string') {
      exclusions.add([commit], answer)
    } else {
      found.set(key, answer)
    }
  }
  const inOrder = sortedBy(
    found,
    ([, { result }]) => result.taskId,
    ([, { result }]) => result.miner
  )
  const counted = inOrder.slice(
    0,
    Math.max(0, Math.min(init.params.epoch.maxResults, MAX_SECTION_ROWS - init.consumed.size - ROOM_FOR_ROUNDS))
  )
  for (const [, { evidence }] of inOrder.slice(counted.length)) {
    exclusions.add(evidence, 'over_limit')
  }
  excludeUnused(init, new Set(counted.flatMap(([, { evidence }]) => evidence.map(({ id }) => id))))
  return {
    results: counted.map(([, { result }]) => result),
    headers,
    consumed: counted.map(([key, { result }]) => ({
      key,
      expiryMs: lastChanceMs(headers.get(result.taskId) as Header, init)
    }))
  }
}

interface FoundResult {
  result: CountedResult
  /** Header, precommit and commit. */
  evidence: readonly OpenedItem[]
}

const answerKey = ({ taskId, sender }: { taskId: string; sender: NodeId }): string => `${taskId}/${sender}`

/** The result that a commit makes with the messages before it, or why it makes none. */
function checkAnswer(
  key: string,
  header: Header | undefined,
  item: ItemOf<'result-commit'>,
  precommits: readonly ItemOf<'result-precommit'>[],
  { consumed, payable }: ResultsInit
): FoundResult | ExclusionReason {
  const { commit, sender: miner, taskId } = item
  if (header === undefined || precommits.length === 0) {
    return 'incomplete'
  }
  if (consumed.has(key)) {
    return 'consumed'
  }
  if (!payable.has(miner)) {
    return 'unknown_node'
  }
  if (!isAllowed(header, miner, commit.completionTokens)) {
    return 'not_allowed'
  }
  const opened = resultCommitment(taskId, miner, commit.salt, commit.transcript)
  const precommit = precommits.find(({ commitment }) => commitment === opened)
  if (precommit === undefined) {
    return 'mismatch'
  }
  const { transcript, promptTokens, completionTokens } = commit
  const { sender: router, header: stated } = header
  const { modelId: model, priceMicroPerKilotoken, sessionId: session } = stated
  const counts = { promptTokens, completionTokens }
  const result = { taskId, router, miner, model, transcript, ...counts, session, priceMicroPerKilotoken }
  return { result, evidence: [header, precommit, item] }
}

/** What came with an answer that does not count shares its reason; of an answer of which a part has not come, the others wait. */
function excludeUnused({ exclusions, items }: ResultsInit, used: ReadonlySet<string>): void {
  const reasonOf = new Map<string, ExclusionReason>()
  const note = (key: string, reason: ExclusionReason): void => {
    reasonOf.set(key, reasonOf.get(key) ?? reason)
  }
  for (const commit of items.of('result-commit')) {
    const reason = exclusions.of(commit)
    note(answerKey(commit), reason ?? 'mismatch')
    note(commit.taskId, reason ?? 'duplicate')
  }
  for (const precommit of items.of('result-precommit').filter(({ id }) => !used.has(id))) {
    exclusions.add([precommit], reasonOf.get(answerKey(precommit)) ?? 'incomplete')
  }
  const taken = new Set(items.of('acknowledgement').map(({ taskId }) => taskId))
  // What became of a task that a miner took is told with its acknowledgement.
  for (const header of items.of('header').filter(({ id, taskId }) => !used.has(id) && !taken.has(taskId))) {
    exclusions.add([header], reasonOf.get(header.taskId) ?? 'incomplete')
  }
}

const isAllowed = ({ header }: Header, miner: NodeId, completionTokens: number): boolean =>
  header.assigned.includes(miner) && completionTokens <= header.maxTokens

/**
 * A result counts in epochs that begin before this. It comes from the header itself, because the envelopes around it can be sealed
 * anew with another expiry: only so a key that is forgotten by then can not come again.
 */
export const lastChanceMs = ({ header }: Header, { params }: SpanInit): UnixMs => header.deadlineMs + params.epoch.itemTtlMs

/** By task. Deadlines further ahead than a task may take would keep their keys in the state for ever. */
function openHeaders(init: ResultsInit): ReadonlyMap<string, Header> {
  const latestDeadlineMs = init.cutoffMs + init.params.deadlines.taskDeadlineMs
  const headers = new Map<string, Header>()
  for (const item of init.items.of('header')) {
    if (lastChanceMs(item, init) < init.sinceMs) {
      init.exclusions.add([item], 'expired')
    } else if (item.header.deadlineMs > latestDeadlineMs) {
      init.exclusions.add([item], 'too_early')
    } else if (!init.registry.isStaked(item.sender, 'router')) {
      init.exclusions.add([item], 'unknown_node')
    } else {
      // Of two envelopes around one header the last is as good as the first.
      headers.set(item.taskId, item)
    }
  }
  return headers
}
