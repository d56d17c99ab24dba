import type { CidString, Clock, ContentStore, Logger } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { createBoundedQueue, within } from '@cortensor/utils'
import type { MinerMetrics } from './metrics.js'

/** An hour of one answer a second. What is dropped can still be had from this miner, whom the result on the mesh names. */
const MAX_WAITING = 3_600

/** Programs ask again as soon as they are answered; only a longer silence is one, in ms. */
const SILENCE_MS = 250

/** A miner that is never idle announces something this often all the same, in ms. */
const PATIENCE_MS = 5_000

export interface AnnouncerInit {
  store: ContentStore
  clock: Clock
  logger: Logger
  metrics: MinerMetrics
  isIdle: () => boolean
  /** Resolves as soon as no paid task needs the machine. */
  untilIdle: (signal: AbortSignal) => Promise<void>
}

/** Tells the DHT what this miner has. */
export interface Announcer {
  announce(cid: CidString): void
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
}

/**
 * One announcement after the other, and when no paid task runs: each asks the nodes closest to it twice, which in a small network costs as
 * much as a short answer.
 */
export function createAnnouncer(init: AnnouncerInit): Announcer {
  const { clock, logger, metrics, store } = init
  const queue = createBoundedQueue<CidString>({
    limit: MAX_WAITING,
    drop: 'oldest',
    onDrop: () => metrics.announcements.inc({ outcome: 'dropped' })
  })
  const untilQuiet = async (signal: AbortSignal): Promise<void> => {
    const quiet = async (limited: AbortSignal): Promise<void> => {
      do {
        await init.untilIdle(limited)
        await clock.sleep(SILENCE_MS, { signal: limited })
      } while (!init.isIdle())
    }
    await within(clock, PATIENCE_MS, signal, quiet).catch(() => signal.throwIfAborted())
  }
  return {
    announce(cid) {
      queue.push(cid)
    },
    async run(signal) {
      signal.addEventListener('abort', () => queue.end(), { once: true })
      for await (const cid of queue) {
        await untilQuiet(signal)
        try {
          await store.provide(cid, { signal })
          metrics.announcements.inc({ outcome: 'announced' })
        } catch (error) {
          signal.throwIfAborted()
          metrics.announcements.inc({ outcome: 'failed' })
          logger.debug('A transcript could not be announced in the DHT', { cid, error: errorMessage(error) })
        }
      }
    }
  }
}
