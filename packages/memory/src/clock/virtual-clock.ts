import type { Clock } from '@cortensor/interface'
import { memoryError } from '../errors.js'
import { Timeline } from './timeline.js'

/** 2026-01-01T00:00:00Z: a whole second, and recent enough for every expiry check. */
const DEFAULT_START_MS = 1_767_225_600_000

/** A day of virtual time: longer than anything that a test awaits. */
const DEFAULT_COMPLETE_MS = 86_400_000

/** Rounds of tasks at one single millisecond; more means that something reschedules itself with no delay for ever. */
const MAX_ROUNDS = 100_000

// biome-ignore lint/style/noRestrictedGlobals: no time passes in it, and it is the only way to know that all promises have run
const immediate = setImmediate

/**
 * Promise jobs all run before the event loop's next turn, so one turn drains them, however long their chains are. Measured at about
 * 1.6 us a turn.
 */
const drain = (): Promise<void> =>
  new Promise((resolve) => {
    immediate(resolve)
  })

export interface VirtualClockInit {
  /** Where time starts, in ms since the Unix epoch. @default 1767225600000 */
  startMs?: number
}

/**
 * Time that only moves when told to. Tasks run in the order of (time, scheduling), and everything that they set off without a delay
 * is over before time moves on, so equal programs have equal histories.
 */
export interface VirtualClock extends Clock {
  /** Tasks that have run. */
  readonly events: number
  /** Tasks that are scheduled. */
  readonly pending: number
  /** Moves time by `ms`, running what falls due. Throws what a task throws. */
  advance(ms: number): Promise<void>
  /** Like `advance`; resolves to the number of tasks that ran. */
  runFor(ms: number): Promise<number>
  /** Moves time until the predicate holds, checked after every distinct time; false when `maxMs` went by without. */
  runUntil(predicate: () => boolean, maxMs: number): Promise<boolean>
  /** Moves time until the promise settles. Throws `MEMORY_TIMEOUT` after `maxMs`. @default 86400000 */
  complete<T>(promise: Promise<T>, maxMs?: number): Promise<T>
  /** Lets everything run that needs no time. */
  settle(): Promise<void>
}

/** Somebody who wants time to move. */
interface Mover {
  targetMs: number
  isOver: () => boolean
  resolve: (isOver: boolean) => void
  reject: (error: unknown) => void
}

export function createVirtualClock(init: VirtualClockInit = {}): VirtualClock {
  const timeline = new Timeline()
  let nowMs = Math.floor(init.startMs ?? DEFAULT_START_MS)
  let events = 0
  const movers = new Set<Mover>()
  let driving = false

  const at = (timeMs: number, task: () => void): (() => void) => {
    const entry = timeline.add(timeMs, task)
    return () => timeline.cancel(entry)
  }
  const dueIn = (ms: number): number => nowMs + Math.max(0, Math.ceil(ms))

  const runDue = async (): Promise<void> => {
    for (let round = 0; timeline.nextMs <= nowMs; round++) {
      if (round >= MAX_ROUNDS) {
        throw memoryError('MEMORY_CLOCK_STUCK', `Tasks without delay keep scheduling each other at ${nowMs} ms: give one a delay`)
      }
      for (const entry of timeline.take()) {
        const task = timeline.claim(entry)
        if (task !== null) {
          events++
          task()
        }
      }
      await drain()
    }
  }

  /** Lets go of the movers that are where they wanted to be; true when there was one. */
  const release = (): boolean => {
    let released = false
    for (const mover of [...movers]) {
      const isOver = mover.isOver()
      if (isOver || mover.targetMs <= nowMs) {
        movers.delete(mover)
        mover.resolve(isOver)
        released = true
      }
    }
    return released
  }
  const drive = async (): Promise<void> => {
    driving = true
    try {
      await drain()
      while (movers.size > 0) {
        await runDue()
        if (release()) {
          // Whoever waited for this may have more to do, or more to schedule, at the same time.
          await drain()
          continue
        }
        nowMs = Math.min(timeline.nextMs, ...[...movers].map((mover) => mover.targetMs))
      }
    } catch (error) {
      for (const mover of movers) {
        mover.reject(error)
      }
      movers.clear()
    } finally {
      driving = false
    }
  }
  /** Runs until `targetMs` or until `isOver`; true when it was over. Several at a time share one movement. */
  const move = (targetMs: number, isOver: () => boolean): Promise<boolean> =>
    new Promise((resolve, reject) => {
      movers.add({ targetMs, isOver, resolve, reject })
      if (!driving) {
        void drive()
      }
    })
  const never = (): boolean => false

  return {
    get events() {
      return events
    },
    get pending() {
      return timeline.size
    },
    now: () => nowMs,
    sleep(ms, options) {
      const signal = options?.signal
      return new Promise((resolve, reject) => {
        if (signal === undefined) {
          timeline.add(dueIn(ms), resolve)
          return
        }
        if (signal.aborted) {
          reject(signal.reason)
          return
        }
        const onAbort = (): void => {
          cancel()
          reject(signal.reason)
        }
        const cancel = at(dueIn(ms), () => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        })
        signal.addEventListener('abort', onAbort, { once: true })
      })
    },
    after: (ms, task) => at(dueIn(ms), task),
    every(ms, task) {
      const intervalMs = Math.max(1, Math.ceil(ms))
      let cancelled = false
      let cancel = (): void => {}
      const arm = (): void => {
        cancel = at(nowMs + intervalMs, () => {
          task()
          if (!cancelled) {
            arm()
          }
        })
      }
      arm()
      return () => {
        cancelled = true
        cancel()
      }
    },
    async advance(ms) {
      await move(nowMs + Math.ceil(ms), never)
    },
    async runFor(ms) {
      const before = events
      await move(nowMs + Math.ceil(ms), never)
      return events - before
    },
    runUntil: (predicate, maxMs) => move(nowMs + Math.ceil(maxMs), predicate),
    async complete(promise, maxMs = DEFAULT_COMPLETE_MS) {
      let settled = false
      const mark = (): void => {
        settled = true
      }
      promise.then(mark, mark)
      if (!(await move(nowMs + Math.ceil(maxMs), () => settled))) {
        throw memoryError('MEMORY_TIMEOUT', `Nothing came of it within ${maxMs} ms of virtual time`)
      }
      return promise
    },
    settle: async () => {
      await move(nowMs, never)
    }
  }
}
