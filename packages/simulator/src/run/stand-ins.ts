import type { Cancel, Clock, Rng } from '@cortensor/interface'
import type { StandIns } from './real-world.js'

/** As much of a timer of Node.js as libraries use. */
interface Timer {
  cancel: Cancel
  ref(): Timer
  unref(): Timer
  hasRef(): boolean
}

function createTimer(cancel: Cancel): Timer {
  const timer: Timer = { cancel, ref: () => timer, unref: () => timer, hasRef: () => true }
  return timer
}

/** A global function's delay may be missing, or no number. */
const toMs = (delay: unknown): number => (typeof delay === 'number' && delay > 0 ? delay : 0)

/**
 * The simulation's time and chance as the globals that foreign code takes them from. Only what is real stays forbidden: sockets, and what
 * nobody should want.
 */
export function createStandIns(clock: Clock, rng: Rng): StandIns {
  const startMs = clock.now()
  const end = (timer: Timer | undefined): void => timer?.cancel?.()
  return new Map<string, (...args: never[]) => unknown>([
    ['Date.now', () => clock.now()],
    ['performance.now', () => clock.now() - startMs],
    ['Math.random', () => rng.next()],
    [
      'setTimeout',
      (task: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        createTimer(clock.after(toMs(ms), () => task(...args)))
    ],
    [
      'setInterval',
      (task: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        createTimer(clock.every(Math.max(1, toMs(ms)), () => task(...args)))
    ],
    ['clearTimeout', end],
    ['clearInterval', end],
    [
      'crypto.getRandomValues',
      <T extends ArrayBufferView>(view: T): T => {
        new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(rng.bytes(view.byteLength))
        return view
      }
    ]
  ])
}
