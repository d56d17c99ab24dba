/** The serialised form of a {@link CortensorError}; safe to send between processes. */
export interface ErrorObject {
  name: string
  code: string
  message: string
  details?: Record<string, string | number | boolean> | undefined
}

export interface CortensorErrorOptions {
  cause?: unknown
  /** Small facts for logs and for clients, never secrets or prompts. */
  details?: Record<string, string | number | boolean> | undefined
}

/**
 * The base of every error that this project throws. `code` comes from a bounded enum of the package that throws it, so that it
 * can be a metric label; `message` tells a person what to do next.
 */
export class CortensorError<Code extends string = string> extends Error {
  readonly code: Code
  readonly details: Record<string, string | number | boolean> | undefined

  constructor(code: Code, message: string, options: CortensorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CortensorError'
    this.code = code
    this.details = options.details
  }

  toObject(): ErrorObject {
    return { name: this.name, code: this.code, message: this.message, details: this.details }
  }

  static fromObject(object: ErrorObject): CortensorError {
    const error = new CortensorError(object.code, object.message, { details: object.details })
    error.name = object.name
    return error
  }
}

/** True for our own errors, also for ones that crossed a module or realm boundary. */
export function isCortensorError(value: unknown): value is CortensorError {
  return value instanceof Error && 'code' in value && typeof value.code === 'string' && 'toObject' in value
}

/** Text for a log line, whatever was thrown. */
export function errorMessage(value: unknown): string {
  return value instanceof Error ? value.message : String(value)
}
