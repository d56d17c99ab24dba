import {
  errorMessage,
  type KeyValue,
  type Logger,
  type SessionId,
  type TaskId,
  type TokenAmount,
  type UnixMs
} from '@cortensor/interface'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'

/** Money that is set aside for one assignment. */
export interface Reservation {
  /** No header went out, or the miner declined: it costs nothing. */
  release(): void
  /** What it may cost, until a report has it or no report can have it any more, at `expiryMs`. */
  keep(taskId: TaskId, amount: TokenAmount, expiryMs: UnixMs): void
}

/** What is promised and not yet in a report; what is kept is on disk, so that a restart forgets none. */
export interface Holds {
  load(): Promise<void>
  of(session: SessionId): TokenAmount
  take(session: SessionId, amount: TokenAmount): Reservation
  /** Those of tasks that a report holds, or that none can hold after this cutoff. */
  forget(tasks: ReadonlySet<TaskId>, cutoffMs: UnixMs): Promise<void>
}

interface Hold {
  session: SessionId
  amount: TokenAmount
  expiryMs: UnixMs
}

const PREFIX = 'hold/'

const encode = ({ amount, ...rest }: Hold): Uint8Array => utf8ToBytes(JSON.stringify({ ...rest, amount: String(amount) }))
const decode = (value: Uint8Array): Hold => {
  const { amount, ...rest } = JSON.parse(bytesToUtf8(value)) as Omit<Hold, 'amount'> & { amount: string }
  return { ...rest, amount: BigInt(amount) }
}

export function createHolds({ keyValue, logger }: { keyValue: KeyValue; logger: Logger }): Holds {
  const kept = new Map<TaskId, Hold>()
  const sums = new Map<SessionId, TokenAmount>()
  const add = (session: SessionId, amount: TokenAmount): void => {
    const sum = (sums.get(session) ?? 0n) + amount
    if (sum === 0n) {
      sums.delete(session)
    } else {
      sums.set(session, sum)
    }
  }
  const write = (work: Promise<void>): void => {
    work.catch((error: unknown) => logger.error('A hold could not be written', { error: errorMessage(error) }))
  }
  return {
    async load() {
      for await (const { key, value } of keyValue.list(PREFIX)) {
        const taskId = key.slice(PREFIX.length) as TaskId
        if (!kept.has(taskId)) {
          const hold = decode(value)
          kept.set(taskId, hold)
          add(hold.session, hold.amount)
        }
      }
    },
    of: (session) => sums.get(session) ?? 0n,
    take(session, amount) {
      let isOpen = true
      add(session, amount)
      const close = (): boolean => {
        const wasOpen = isOpen
        isOpen = false
        return wasOpen
      }
      return {
        release() {
          if (close()) {
            add(session, -amount)
          }
        },
        keep(taskId, cost, expiryMs) {
          if (!close()) {
            return
          }
          add(session, cost - amount)
          const hold = { session, amount: cost, expiryMs }
          kept.set(taskId, hold)
          write(keyValue.put(`${PREFIX}${taskId}`, encode(hold)))
        }
      }
    },
    async forget(tasks, cutoffMs) {
      const over = [...kept].filter(([taskId, { expiryMs }]) => tasks.has(taskId) || expiryMs < cutoffMs)
      for (const [taskId, { amount, session }] of over) {
        kept.delete(taskId)
        add(session, -amount)
      }
      await keyValue.batch(over.map(([taskId]) => ({ type: 'delete', key: `${PREFIX}${taskId}` })))
    }
  }
}
