import type { AbortOptions, Hex32 } from '@cortensor/interface'
import { chainError } from './errors.js'
import { fetchHead, fetchHeader } from './headers.js'
import { type Log, type LogFilter, logsOfRange } from './logs.js'
import type { Rpc } from './rpc.js'

export interface LogCacheInit {
  rpc: Rpc
  filter: LogFilter
  fromBlock: number
}

interface Checkpoint {
  number: number
  hash: Hex32
}

/** Newer blocks are read anew each time: RPCs may have a block before its logs, and most reorgs end here. */
const SETTLED_DEPTH = 16
/** Blocks between two checkpoints, so that most calls ask for one range and three headers. */
const CHECKPOINT_BLOCKS = 32
/** A reorg deeper than the oldest one makes everything be read anew. */
const MAX_CHECKPOINTS = 16
/** About 100 MB; beyond it, what comes later is read anew each time. */
const MAX_LOGS = 100_000
/** Reorgs that may happen while one call reads. */
const MAX_ATTEMPTS = 3

/**
 * All logs of a filter as of the end of a block. What lies deep enough is read once and kept as long as the chain still has the block up
 * to which it was read; another hash there means a reorg, and everything above the last block in common is read again.
 */
export function createLogCache({ filter, fromBlock, rpc }: LogCacheInit) {
  let checkpoints: Checkpoint[] = []
  let kept: Log[] = []
  let turn: Promise<unknown> = Promise.resolve()

  /** The newest checkpoint that the chain still has. */
  const settle = async (options: AbortOptions): Promise<number> => {
    for (;;) {
      const last = checkpoints.at(-1)
      if (last === undefined) {
        kept = []
        return fromBlock - 1
      }
      if ((await fetchHeader(rpc, last.number, options))?.hash === last.hash) {
        return last.number
      }
      checkpoints = checkpoints.slice(0, -1)
      const number = checkpoints.at(-1)?.number ?? -1
      kept = kept.filter(({ blockNumber }) => blockNumber <= number)
    }
  }

  /** Null when the chain was reorganised meanwhile. */
  const read = async (toBlock: number | undefined, options: AbortOptions): Promise<Log[] | null> => {
    const head = await fetchHead(rpc, options)
    const to = Math.min(toBlock ?? head.number, head.number)
    const known = await settle(options)
    if (to <= known) {
      return kept.filter(({ blockNumber }) => blockNumber <= to)
    }
    const before = to === head.number ? head : await fetchHeader(rpc, to, options)
    const fresh = await logsOfRange(rpc, filter, known + 1, to, options)
    const settledAt = Math.min(to, head.number - SETTLED_DEPTH)
    const isCheckpoint = settledAt - known >= CHECKPOINT_BLOCKS && kept.length + fresh.length <= MAX_LOGS
    const [after, checkpoint] = await Promise.all([
      fetchHeader(rpc, to, options),
      isCheckpoint ? fetchHeader(rpc, settledAt, options) : null
    ])
    if (before === null || after?.hash !== before.hash) {
      return null
    }
    const all = [...kept, ...fresh]
    if (checkpoint !== null) {
      checkpoints = [...checkpoints, { number: checkpoint.number, hash: checkpoint.hash }].slice(-MAX_CHECKPOINTS)
      kept = all.filter(({ blockNumber }) => blockNumber <= checkpoint.number)
    }
    return all
  }

  return async (options: AbortOptions & { toBlock?: number } = {}): Promise<Log[]> => {
    const { signal, toBlock } = options
    const found = turn.then(async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        signal?.throwIfAborted()
        const logs = await read(toBlock, { signal })
        if (logs !== null) {
          return logs
        }
      }
      throw chainError('CHAIN_RPC_UNREACHABLE', 'The chain is reorganised again and again while its events are read; try again')
    })
    turn = found.catch(() => {})
    return await found
  }
}
