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

function asLogs(value: unknown): Log[] {
  if (!Array.isArray(value)) {
    throw chainError(
      'CHAIN_RPC_UNREACHABLE',
      "The chain's RPC answered with something that is not a list of logs; use another RPC"
    )
  }
  return value.map(asLog).sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)
}

/** Of one block by its hash: an RPC that does not have this very block refuses, instead of answering with nothing. */
export async function logsOfBlock(rpc: Rpc, filter: LogFilter, blockHash: Hex32, options?: AbortOptions): Promise<Log[]> {
  return asLogs(await rpc.call('eth_getLogs', [{ ...filter, blockHash }], options))
}

/**
 * Of the blocks `from` to `to`, both included. RPCs limit ranges and answers each in their own way, so a refused range is halved until
 * it is taken.
 */
export async function logsOfRange(rpc: Rpc, filter: LogFilter, from: number, to: number, options?: AbortOptions): Promise<Log[]> {
  if (from > to) {
    return []
  }
  try {
    const range = { fromBlock: toQuantity(from), toBlock: toQuantity(to) }
    return asLogs(await rpc.call('eth_getLogs', [{ ...filter, ...range }], options))
  } catch (error) {
    if (!(error instanceof RpcRefusal) || from === to) {
      throw error
    }
    const middle = Math.floor((from + to) / 2)
    const low = await logsOfRange(rpc, filter, from, middle, options)
    return [...low, ...(await logsOfRange(rpc, filter, middle + 1, to, options))]
  }
}
