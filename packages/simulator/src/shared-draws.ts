import { type EpochCommissions, type LoadCommissions, loadCommissions } from '@cortensor/miner'
import { type Commission, MAX_REPORT_BLOCK_BYTES } from '@cortensor/protocols'
import { type EpochDraw, type LoadDraw, loadDraw } from '@cortensor/scoring'
import { deepFreeze, LruMap } from '@cortensor/utils'

/** The epoch that miners look at, and the one before. */
const REMEMBERED_DRAWS = 2

/**
 * Draws an epoch's audits once for all miners: who has the report and the block comes to the same, and a thousand miners that each parse the
 * rows of a thousand are a third of what a simulation would do. Everyone still gets the root of the report by itself, so that who is cut off
 * finds no audits.
 */
export function createSharedDraws(): LoadDraw {
  const known = new LruMap<string, Promise<EpochDraw>>(REMEMBERED_DRAWS)
  return async (init, commit, blockHash, signal) => {
    await requireRoot(init, commit, signal)
    const key = `${commit.digest}/${blockHash}`
    const drawn = known.get(key) ?? loadDraw(init, commit, blockHash, signal).then(deepFreeze)
    known.set(key, drawn)
    // That one miner could not have the rest of the report says nothing of another one.
    return drawn.catch(() => loadDraw(init, commit, blockHash, signal))
  }
}

/** The same, for who writes open challenges. Tells what was read, before anybody acts on it. */
export function createSharedCommissions(onRead: (commissions: readonly Commission[]) => void): LoadCommissions {
  const known = new LruMap<string, Promise<EpochCommissions>>(REMEMBERED_DRAWS)
  return async (init, commit, signal) => {
    await requireRoot(init, commit, signal)
    const read = known.get(commit.digest) ?? loadCommissions(init, commit, signal).then(deepFreeze)
    known.set(commit.digest, read)
    read.then(({ commissions }) => onRead(commissions)).catch(() => {})
    return read.catch(() => loadCommissions(init, commit, signal))
  }
}

async function requireRoot(
  { chain, store }: Parameters<LoadCommissions>[0],
  { reportCid }: Parameters<LoadCommissions>[1],
  signal: AbortSignal
): Promise<void> {
  const providers = (await chain.committee({ signal })).members.map(({ nodeId }) => nodeId)
  await store.get(reportCid, { providers, maxBytes: MAX_REPORT_BLOCK_BYTES, signal })
}
