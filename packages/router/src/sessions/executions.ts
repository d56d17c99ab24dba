import { errorMessage, type KeyValue, type Logger, type SessionId } from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'

/** A task that has been given out, until it is known whether it counts. */
export interface Execution {
  /** Nobody took it. */
  release(): void
  /** A miner took it: it counts for good. */
  keep(): void
}

/** How many tasks of each session this router has given to miners; on disk, so that a restart does not begin anew. */
export interface Executions {
  load(): Promise<void>
  /** Those in flight counted in. */
  of(session: SessionId): number
  begin(session: SessionId): Execution
}

const PREFIX = 'executions/'

export function createExecutions({ keyValue, logger }: { keyValue: KeyValue; logger: Logger }): Executions {
  const kept = new Map<SessionId, number>()
  const open = new Map<SessionId, number>()
  const add = (counts: Map<SessionId, number>, session: SessionId, change: number): number => {
    const count = (counts.get(session) ?? 0) + change
    counts.set(session, count)
    return count
  }
  return {
    async load() {
      for await (const { key, value } of keyValue.list(PREFIX)) {
        const session = key.slice(PREFIX.length) as SessionId
        kept.set(session, Math.max(kept.get(session) ?? 0, Number(bytesToUtf8(value))))
      }
    },
    of: (session) => (kept.get(session) ?? 0) + (open.get(session) ?? 0),
    begin(session) {
      let isOpen = true
      add(open, session, 1)
      const close = (): boolean => {
        const wasOpen = isOpen
        isOpen = false
        if (wasOpen) {
          add(open, session, -1)
        }
        return wasOpen
      }
      return {
        release() {
          close()
        },
        keep() {
          if (close()) {
            keyValue
              .put(`${PREFIX}${session}`, utf8ToBytes(String(add(kept, session, 1))))
              .catch((error: unknown) => logger.error('A count could not be written', { session, error: errorMessage(error) }))
          }
        }
      }
    }
  }
}
