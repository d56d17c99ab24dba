import type { AbortOptions, Address, Hex32 } from '@cortensor/interface'
import { chainError, RpcRefusal } from './errors.js'
import type { Rpc } from './rpc.js'
import { asHex, asHex32, asObject, asSafeNumber, toAddress, toQuantity } from './values.js'

export interface Log {
  address: Address
  topics: string[]
  data: string
  blockNumber: number
  blockHash: Hex32
  transactionHash: Hex32
  index: number
}

export interface LogFilter {
  address: readonly Address[]
  /** As in `eth_getLogs`: per position one topic, any of several, or null for all. */
  topics?: readonly (string | readonly string[] | null)[]
}

function asLog(value: unknown): Log {
  const log = asObject(value)
  const topics = log.topics
  if (!Array.isArray(topics) || topics.length > 4) {
    throw chainError('CHAIN_RPC_UNREACHABLE', "The chain's RPC answered with a log without topics; use another RPC")
  }
  return {
    address: toAddress(asHex(log.address)),
    topics: topics.map(asHex32),
    data: asHex(log.data),
    blockNumber: asSafeNumber(log.blockNumber),
    blockHash: asHex32(log.blockHash),
    transactionHash: asHex32(log.transactionHash),
    index: asSafeNumber(log.logIndex)
  }
}

const malformed = (what: string) => chainError('CHAIN_RPC_UNREACHABLE', `The chain's RPC answered with ${what}; use another RPC`)

/**
 * In the order of the chain, each once: RPCs repeat logs, and name those that a reorg has removed. Throws when a log is not what was
 * asked for, or when the blocks of two logs cannot be of one chain: then the answer comes from the middle of a reorg.
 */
function asLogs(value: unknown, filter: LogFilter, isAsked: (log: Log) => boolean): Log[] {
  if (!Array.isArray(value)) {
    throw malformed('something that is not a list of logs')
  }
  const logs = new Map<string, Log>()
  const hashes = new Map<number, Hex32>()
  for (const each of value.filter((log) => asObject(log).removed !== true).map(asLog)) {
    if (!filter.address.includes(each.address) || !isAsked(each)) {
      throw malformed('a log that it was not asked for')
    }
    if ((hashes.get(each.blockNumber) ?? each.blockHash) !== each.blockHash) {
      throw malformed(`logs of two blocks ${each.blockNumber}`)
    }
    hashes.set(each.blockNumber, each.blockHash)
    logs.set(`${each.blockNumber} ${each.index}`, each)
  }
  return [...logs.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)
}

/** Of one block by its hash: an RPC that does not have this very block refuses, instead of answering with nothing. */
export async function logsOfBlock(rpc: Rpc, filter: LogFilter, blockHash: Hex32, options?: AbortOptions): Promise<Log[]> {
  const logs = await rpc.call('eth_getLogs', [{ ...filter, blockHash }], options)
  return asLogs(logs, filter, (log) => log.blockHash === blockHash)
}

/** Blocks of one request at first: what many public RPCs allow. */
const FIRST_SPAN = 10_000
/** Requests in a row that are taken before more is tried again. */
const TAKEN_BEFORE_MORE = 16
/** What each RPC has taken so far, so that a limit is found once. */
const spans = new WeakMap<Rpc, { blocks: number; taken: number }>()

/**
 * Of the blocks `from` to `to`, both included. RPCs limit ranges and answers each in their own way, so a refused range is halved until
 * it is taken.
 */
export async function logsOfRange(rpc: Rpc, filter: LogFilter, from: number, to: number, options?: AbortOptions): Promise<Log[]> {
  const span = spans.get(rpc) ?? { blocks: FIRST_SPAN, taken: 0 }
  spans.set(rpc, span)
  const logs: Log[] = []
  for (let first = from; first <= to; ) {
    const last = Math.min(to, first + span.blocks - 1)
    try {
      const range = { fromBlock: toQuantity(first), toBlock: toQuantity(last) }
      const found = await rpc.call('eth_getLogs', [{ ...filter, ...range }], options)
      logs.push(...asLogs(found, filter, ({ blockNumber }) => blockNumber >= first && blockNumber <= last))
      first = last + 1
      span.taken += 1
      if (span.taken >= TAKEN_BEFORE_MORE) {
        Object.assign(span, { blocks: Math.min(span.blocks * 2, FIRST_SPAN), taken: 0 })
      }
    } catch (error) {
      if (!(error instanceof RpcRefusal) || first === last) {
        throw error
      }
      Object.assign(span, { blocks: Math.ceil((last - first + 1) / 2), taken: 0 })
    }
  }
  return logs
}

/** The last `count` logs of the blocks `from` to `to`, or all when there are fewer; searched from the end, where they mostly are. */
export async function newestLogsOfRange(
  rpc: Rpc,
  filter: LogFilter,
  { count, from, to }: { count: number; from: number; to: number },
  options?: AbortOptions
): Promise<Log[]> {
  let newest: Log[] = []
  for (let last = to, blocks = FIRST_SPAN; last >= from && newest.length < count; last -= blocks, blocks *= 2) {
    newest = [...(await logsOfRange(rpc, filter, Math.max(from, last - blocks + 1), last, options)), ...newest]
  }
  return newest.slice(-count)
}
