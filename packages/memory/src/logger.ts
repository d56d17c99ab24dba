import type { Clock, LogFields, Logger } from '@cortensor/interface'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogLine {
  timeMs: number
  level: LogLevel
  message: string
  fields: LogFields
}

export interface MemoryLoggerInit {
  /** Stamps the lines. @default every line is at 0 */
  clock?: Clock
  /** Lines kept; the oldest go first. 0 drops everything at once. @default 1000 */
  limit?: number
  /** Lowest level that is kept. @default 'debug' */
  level?: LogLevel
}

export interface MemoryLogger extends Logger {
  /** Oldest first; shared by all children. */
  readonly lines: readonly LogLine[]
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Keeps the latest lines. */
export function createMemoryLogger(init: MemoryLoggerInit = {}): MemoryLogger {
  const limit = init.limit ?? 1000
  const lowest = RANK[init.level ?? 'debug']
  const lines: LogLine[] = []
  const create = (bound: LogFields): MemoryLogger => {
    const log = (level: LogLevel) => (message: string, fields?: LogFields) => {
      if (limit === 0 || RANK[level] < lowest) {
        return
      }
      lines.push({ timeMs: init.clock?.now() ?? 0, level, message, fields: { ...bound, ...fields } })
      if (lines.length > limit) {
        lines.shift()
      }
    }
    return {
      lines,
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      child: (fields) => create({ ...bound, ...fields })
    }
  }
  return create({})
}
