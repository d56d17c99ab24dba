import type { BlockRef, Chain, CidString, SessionId, UnixMs } from '@cortensor/interface'
import { CortensorError } from '@cortensor/interface'
import type { Anchor } from '@cortensor/protocols'
import { anchorOf, drawBlockOf } from '@cortensor/scoring'
import type { OracleErrorCode } from '../errors.js'

/** What the report's epoch builds on. */
export interface AnchorBase {
  /** Null for the first report. */
  prevReport: CidString | null
  committedAtBlock: number
}

/** The first report has no commit before it: it is anchored this long before its cutoff, so that every oracle has the block by then. */
const FIRST_ANCHOR_AGE_MS = 3_000

/** Blocks that are looked at to find the first anchor. */
const MAX_STEPS_BACK = 1_000

/**
 * The block as of which a report reads the registry: `depth` below the commit of the epoch before, so that no reorganisation that the
 * network tolerates takes it away.
 */
export async function findAnchor(
  chain: Chain,
  head: AnchorBase,
  depth: number,
  cutoffMs: UnixMs,
  /** Those that the report may deal with. */
  sessions: readonly SessionId[],
  signal: AbortSignal
): Promise<Anchor> {
  const block =
    head.prevReport === null
      ? await lastBlockBefore(chain, cutoffMs - FIRST_ANCHOR_AGE_MS, signal)
      : await blockAt(chain, Math.max(head.committedAtBlock - depth, chain.deployment().fromBlock), signal)
  // A block that nobody knew when the epoch was committed: with its digest it draws the audits.
  const draw = head.prevReport === null ? null : await blockAt(chain, drawBlockOf(head.committedAtBlock, depth), signal)
  const at = { toBlock: block.number, signal }
  const [registrations, found, funding] = await Promise.all([
    chain.registrations(at),
    chain.sessions({ ...at, ids: sessions }),
    chain.funding(at)
  ])
  return anchorOf({
    block,
    draw,
    registrations,
    sessions: found,
    funding: { ...funding, genesisMs: chain.deployment().genesisMs }
  })
}

async function blockAt(chain: Chain, number: number, signal: AbortSignal): Promise<BlockRef> {
  const block = await chain.block(number, { signal })
  if (block === null) {
    throw new CortensorError<OracleErrorCode>(
      'ORACLE_CHAIN_BEHIND',
      `The chain that this oracle reads has no block ${number} yet`
    )
  }
  return block
}

async function lastBlockBefore(chain: Chain, timeMs: UnixMs, signal: AbortSignal): Promise<BlockRef> {
  const first = chain.deployment().fromBlock
  let block = await chain.head({ signal })
  for (let step = 0; step < MAX_STEPS_BACK && block.timestampMs > timeMs && block.number > first; step++) {
    block = await blockAt(chain, block.number - 1, signal)
  }
  return block
}
