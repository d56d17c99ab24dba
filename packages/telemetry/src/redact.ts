import type { LogFields } from '@cortensor/interface'

export const REDACTED = '[redacted]'

/** Names that hold secrets or what a user said; compared without case, `_` and `-`, so `apiKey`, `api_key` and `API-Key` are one. */
const SECRET_NAME =
  /^(key|.*(apikey|privatekey|secret|password|passphrase|mnemonic|authorization|cookie)|token|prompt|messages?|content|answer|completion|text)$/

/** Log fields are flat or nearly so; deeper structures are a mistake that must not cost a line of megabytes. */
const MAX_DEPTH = 4
const MAX_ITEMS = 100
/** Longer than any error message or address of ours. */
const MAX_TEXT_LENGTH = 2_048

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[-_]/g, ''))
}

const isCount = (value: unknown): boolean => value == null || ['number', 'bigint', 'boolean'].includes(typeof value)

const shorten = (text: string): string => (text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text)

function errorToFields(error: Error, depth: number): LogFields {
  const fields: LogFields = { name: error.name, message: shorten(error.message) }
  if ('code' in error) {
    fields.code = toLoggable(error.code, depth + 1)
  }
  if ('details' in error) {
    fields.details = toLoggable(error.details, depth + 1)
  }
  if (error.stack !== undefined) {
    fields.stack = shorten(error.stack)
  }
  if (error.cause !== undefined) {
    fields.cause = toLoggable(error.cause, depth + 1)
  }
  return fields
}

function toLoggable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return shorten(value)
  }
  if (typeof value === 'bigint') {
    return value.toString()
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    return `[${typeof value}]`
  }
  if (typeof value !== 'object' || value === null) {
    return value
  }
  if (ArrayBuffer.isView(value)) {
    return `[${value.byteLength} bytes]`
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? null : value.toISOString()
  }
  if (depth >= MAX_DEPTH) {
    return '[deep]'
  }
  if (value instanceof Error) {
    return errorToFields(value, depth)
  }
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => toLoggable(item, depth + 1))
  }
  return redactFields(value as LogFields, depth + 1)
}

/**
 * A copy that is safe to write as JSON: values under secret names are replaced at every depth (counts stay readable), errors, bigints
 * and bytes become text, and everything is bounded.
 */
export function redactFields(fields: LogFields, depth = 0): LogFields {
  const safe: LogFields = {}
  for (const [name, value] of Object.entries(fields).slice(0, MAX_ITEMS)) {
    safe[name] = isSecretName(name) && !isCount(value) ? REDACTED : toLoggable(value, depth)
  }
  return safe
}
