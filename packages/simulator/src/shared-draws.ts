import { type EpochDuties, type LoadDuties, loadDuties } from '@cortensor/miner'
import { reportFetcher } from '@cortensor/protocols'
import { type EpochDraw, type LoadDraw, loadDraw } from '@cortensor/scoring'
import { deepFreeze, LruMap } from '@cortensor/utils'

/** The epoch that miners look at, and the one before. */
const REMEMBERED = 2

/**
 * Draws an epoch's audits once for all miners: who has the report and the block comes to the same, and a thousand miners that each parse the
 * rows of a thousand are a third of what a simulation would do. Everyone still gets the root of the report by itself, so that who is cut off
 * finds no audits.
 */
export function createSharedDraws(): LoadDraw {
  const once = createOnce<EpochDraw>()
  return async (init, commit, blockHash, signal) => {
    await requireRoot(init, commit, signal)
    return once(`${commit.digest}/${blockHash}`, () => loadDraw(init, commit, blockHash, signal))
  }
}

/** The same, for who writes open challenges and who judges the answers. Tells what was read, before anybody acts on it. */
export function createSharedDuties(onRead: (duties: EpochDuties) => void): LoadDuties {
  const once = createOnce<EpochDuties>()
  return async (init, commit, signal) => {
    await requireRoot(init, commit, signal)
    const read = await once(commit.digest, () => loadDuties(init, commit, signal))
    onRead(read)
    return read
  }
}

/** Reads for everybody who asks for the same; where the one that reads fails, the next one does it for those that wait. */
function createOnce<T extends object>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const known = new LruMap<string, Promise<T>>(REMEMBERED)
  return async (key, read) => {
    for (let asked = known.get(key); asked !== undefined; asked = known.get(key)) {
      try {
        return await asked
      } catch {
        // That one miner could not have the rest of the report says nothing of another one.
        if (known.get(key) === asked) {
          break
        }
      }
    }
    const own = read().then(deepFreeze)
    known.set(key, own)
    return own
  }
}

async function requireRoot(
  { chain, store }: Parameters<LoadDuties>[0],
  { reportCid }: Parameters<LoadDuties>[1],
  signal: AbortSignal
): Promise<void> {
  await reportFetcher(store, await chain.committee({ signal }), { signal })(reportCid)
}
