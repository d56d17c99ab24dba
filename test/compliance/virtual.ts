import type { VirtualClock } from '@cortensor/memory'

/** Between two looks at the predicate when nothing happens, in ms. */
const STEP_MS = 50
const STEPS = 2000

/** `eventually` of a harness on virtual time: in steps, so that the predicate is asked also when nothing is going to happen. */
export function pollVirtual(clock: VirtualClock): (predicate: () => boolean) => Promise<void> {
  return async (predicate) => {
    for (let step = 0; !(await clock.runUntil(predicate, STEP_MS)); step++) {
      if (step >= STEPS) {
        throw new Error(`Not so after ${STEP_MS * STEPS} ms: ${predicate}`)
      }
    }
  }
}
