import type { CidString, Clock } from '@cortensor/interface'
import { createDeferred } from '@cortensor/utils'
import type { HeldObservation } from '../agreement/state.js'

export interface ReachableInit {
  clock: Clock
  /** Time for all of them, in ms; after that `quorum` are enough. */
  patienceMs: number
  quorum: number
  /** Of an observation whose evidence cannot be had. */
  onLeftOut(observation: HeldObservation, error: unknown): void
}

/** The observations whose evidence is here, in the order given: all that can be had in time, and at least a quorum if that can be had at all. */
export async function reachableObservations(
  held: readonly HeldObservation[],
  buckets: ReadonlyMap<CidString, Promise<Uint8Array>>,
  init: ReachableInit
): Promise<HeldObservation[]> {
  const had = new Set<HeldObservation>()
  const enough = createDeferred<void>()
  let isLate = false
  const settle = (): void => {
    if (isLate && had.size >= init.quorum) {
      enough.resolve()
    }
  }
  const all = held.map(async (observation) => {
    try {
      await Promise.all(observation.observe.buckets.map((cid) => buckets.get(cid)))
      had.add(observation)
      settle()
    } catch (error) {
      init.onLeftOut(observation, error)
    }
  })
  const cancel = init.clock.after(init.patienceMs, () => {
    isLate = true
    settle()
  })
  await Promise.race([Promise.all(all), enough.promise])
  cancel()
  return held.filter((observation) => had.has(observation))
}
