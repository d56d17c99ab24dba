import type { LogFields, Logger } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { destination as openDestination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { TelemetryError } from './errors.js'
import { lineToPretty } from './pretty.js'
import { redactFields } from './redact.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Anything that takes whole lines. */
export interface LineWriter {
  write(line: string): unknown
  isTTY?: boolean | undefined
}

export interface LoggerInit {
  /** @default 'info' */
  level?: LogLevel
  /** Stands on every line. */
  name?: string
  /** Text for people instead of JSON lines. @default true on a terminal, false elsewhere */
  pretty?: boolean
  /** `stderr`, `stdout`, the path of a file to append to, or a stream. @default 'stderr' */
  destination?: 'stderr' | 'stdout' | (string & {}) | LineWriter
}

/** A logger that owns its destination. */
export interface RootLogger extends Logger {
  /** Closes the log file, if there is one; later lines are dropped. Idempotent. */
  close(): void
}

interface Destination {
  writer: LineWriter
  isTty: boolean
  close(): void
}

function open(destination: NonNullable<LoggerInit['destination']>): Destination {
  if (typeof destination !== 'string') {
    return { writer: destination, isTty: destination.isTTY === true, close: () => {} }
  }
  const standard = destination === 'stderr' ? process.stderr : destination === 'stdout' ? process.stdout : undefined
  try {
    // Synchronous: the last lines before a crash are the ones that matter.
    const stream = openDestination({ dest: standard?.fd ?? destination, sync: true, mkdir: true })
    // A full disk or a closed pipe must not end the node, and there is nowhere left to report it.
    stream.on('error', () => {})
    return { writer: stream, isTty: standard?.isTTY === true, close: () => standard === undefined && stream.end() }
  } catch (error) {
    throw new TelemetryError(
      'TELEMETRY_LOG_UNUSABLE',
      `Cannot write the log file ${destination} (${errorMessage(error)}). Choose a file in a writable folder.`,
      { cause: error }
    )
  }
}

function toLogger(target: PinoLogger): Logger {
  const write = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: LogFields): void => {
    if (target.isLevelEnabled(level)) {
      target[level](fields === undefined ? {} : redactFields(fields), message)
    }
  }
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    child: (fields) => toLogger(target.child(redactFields(fields)))
  }
}

/**
 * The Logger port. Values under secret names (`key`, `secret`, `authorization`, `prompt`, `messages`, …) never reach the line.
 * Throws `TELEMETRY_LOG_UNUSABLE` when the file cannot be opened.
 */
export function createLogger(init: LoggerInit = {}): RootLogger {
  const { writer, isTty, close } = open(init.destination ?? 'stderr')
  const pretty = init.pretty ?? isTty
  let closed = false
  const target = pino(
    {
      level: init.level ?? 'info',
      base: init.name === undefined ? {} : { name: init.name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) }
    },
    { write: (line: string) => void (closed || writer.write(pretty ? lineToPretty(line) : line)) }
  )
  return {
    ...toLogger(target),
    close() {
      if (!closed) {
        closed = true
        close()
      }
    }
  }
}
