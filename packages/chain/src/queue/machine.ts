import type { QueueMetrics } from './metrics.js'
import type { QueueRecords } from './records.js'
import { reduceQueue } from './reduce.js'
import { EMPTY_QUEUE, type QueueContext, type QueueEffect, type QueueEvent, type QueueState } from './state.js'

export interface QueueMachineInit {
  context: QueueContext
  records: QueueRecords
  metrics: QueueMetrics
  /** Whether somebody hears what becomes of a nonce's call. What nobody has heard is told again by the next process. */
  isAwaited: (nonce: number) => boolean
}

export interface QueueMachine {
  readonly state: QueueState
  restore(state: QueueState): void
  /** The effects that are left to carry out; what they build on is on disk. */
  dispatch(event: QueueEvent): Promise<QueueEffect[]>
  /** Resolves when no event is under way. */
  settled(): Promise<void>
}

/** The reducer with its disk: one event at a time, and nothing is sent before it is recorded. */
export function createQueueMachine({ context, isAwaited, metrics, records }: QueueMachineInit): QueueMachine {
  let state: QueueState = EMPTY_QUEUE
  let turn: Promise<void> = Promise.resolve()

  const apply = async (event: QueueEvent): Promise<QueueEffect[]> => {
    const { effects, state: next } = reduceQueue(context, state, event)
    const forgotten = effects.flatMap((effect) => (effect.type === 'forget' ? [effect.nonce] : []))
    const written = effects.flatMap((effect) => {
      const isWritten = effect.type === 'record' || (effect.type === 'tell' && isAwaited(effect.entry.nonce))
      return isWritten && !forgotten.includes(effect.entry.nonce) ? [effect.entry] : []
    })
    if (written.length > 0 || forgotten.length > 0) {
      await records.write(written, forgotten, next.next)
    }
    state = next
    metrics.pending.set(state.entries.filter(({ isTold }) => !isTold).length)
    return effects
  }

  return {
    get state() {
      return state
    },
    restore(restored) {
      state = restored
    },
    dispatch(event) {
      const step = turn.then(() => apply(event))
      turn = step.then(
        () => {},
        () => {}
      )
      return step
    },
    settled: () => turn
  }
}
