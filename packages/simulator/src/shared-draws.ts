import { MAX_REPORT_BLOCK_BYTES } from '@cortensor/protocols'
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
    const providers = (await init.chain.committee({ signal })).members.map(({ nodeId }) => nodeId)
    await init.store.get(commit.reportCid, { providers, maxBytes: MAX_REPORT_BLOCK_BYTES, signal })
    const key = `${commit.digest}/${blockHash}`
    const drawn = known.get(key) ?? loadDraw(init, commit, blockHash, signal).then(deepFreeze)
    known.set(key, drawn)
    // That one miner could not have the rest of the report says nothing of another one.
    return drawn.catch(() => loadDraw(init, commit, blockHash, signal))
  }
}
