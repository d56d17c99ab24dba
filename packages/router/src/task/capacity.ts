import type { Clock, ModelId, NodeId, UnixMs } from '@cortensor/interface'
import type { DirectoryNode } from '@cortensor/scheduler'

/** What this router has given to each miner, and whose turn it is when all of them have enough. */
export interface Capacity {
  /** Assignments of this router in progress at a miner. */
  inFlight(miner: NodeId): number
  /**
   * Counts an assignment to the miner that `choose` names. While that one has as many as it should, the request waits behind those
   * that came before it. Null when nobody fits, or nobody was free by `untilMs`. Rejects with the signal's reason.
   */
  take(model: ModelId, choose: Choose, options: { untilMs: UnixMs; signal: AbortSignal }): Promise<DirectoryNode | null>
  /** The same for a request that has had its turn: it waits for nobody. */
  takeNow(choose: Choose): DirectoryNode | null
  release(miner: NodeId): void
  /** Something of who offers these models has changed: the first in their lines look again. */
  look(models: readonly ModelId[]): void
}

type Choose = () => DirectoryNode | undefined

/** One task for each slot, and one that waits at the miner so that the slot never stands idle while the end of a task travels. */
const TASKS_PER_SLOT = 2

interface Waiting {
  wake: () => void
}

export function createCapacity(clock: Clock): Capacity {
  const counts = new Map<NodeId, number>()
  const queues = new Map<ModelId, Waiting[]>()
  const inFlight = (miner: NodeId): number => counts.get(miner) ?? 0
  const count = (miner: DirectoryNode): DirectoryNode => {
    counts.set(miner.nodeId, inFlight(miner.nodeId) + 1)
    return miner
  }
  const isFree = ({ nodeId, presence }: DirectoryNode): boolean =>
    inFlight(nodeId) < TASKS_PER_SLOT * Math.max(1, presence.totalSlots)
  const look = (models: Iterable<ModelId>): void => {
    for (const model of models) {
      queues.get(model)?.[0]?.wake()
    }
  }
  /** False when the time is up. */
  const untilWoken = (waiting: Waiting, untilMs: UnixMs, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        cancel()
        signal.removeEventListener('abort', onAbort)
        waiting.wake = () => {}
        finish()
      }
      const onAbort = (): void => settle(() => reject(signal.reason))
      const cancel = clock.after(Math.max(0, untilMs - clock.now()), () => settle(() => resolve(false)))
      signal.addEventListener('abort', onAbort, { once: true })
      waiting.wake = () => settle(() => resolve(true))
    })

  return {
    inFlight,
    look,
    async take(model, choose, { signal, untilMs }) {
      const queue = queues.get(model) ?? []
      const waiting: Waiting = { wake: () => {} }
      queues.set(model, queue)
      queue.push(waiting)
      try {
        for (;;) {
          signal.throwIfAborted()
          if (queue[0] === waiting) {
            const miner = choose()
            if (miner === undefined || isFree(miner)) {
              return miner === undefined ? null : count(miner)
            }
          }
          if (!(await untilWoken(waiting, untilMs, signal))) {
            return null
          }
        }
      } finally {
        queue.splice(queue.indexOf(waiting), 1)
        queue[0]?.wake()
        if (queue.length === 0) {
          queues.delete(model)
        }
      }
    },
    takeNow(choose) {
      const miner = choose()
      return miner === undefined ? null : count(miner)
    },
    release(miner) {
      const left = inFlight(miner) - 1
      if (left > 0) {
        counts.set(miner, left)
      } else {
        counts.delete(miner)
      }
      look([...queues.keys()])
    }
  }
}
