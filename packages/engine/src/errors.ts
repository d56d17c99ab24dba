import {
  CortensorError,
  type CortensorErrorOptions,
  type EngineErrorCode,
  type ErrorObject,
  errorMessage,
  isCortensorError
} from '@cortensor/interface'

const CODES: ReadonlySet<string> = new Set<EngineErrorCode>([
  'ENGINE_NOT_STARTED',
  'ENGINE_MODEL_UNKNOWN',
  'ENGINE_MODEL_MISSING',
  'ENGINE_MODEL_CORRUPT',
  'ENGINE_WRONG_KIND',
  'ENGINE_CONTEXT_EXCEEDED',
  'ENGINE_INVALID_REQUEST',
  'ENGINE_QUEUE_FULL',
  'ENGINE_CRASHED'
])

export function isEngineErrorCode(value: unknown): value is EngineErrorCode {
  return typeof value === 'string' && CODES.has(value)
}

/** The only way this package makes errors, so that every code is one of the port's. */
export function engineError(
  code: EngineErrorCode,
  message: string,
  options?: CortensorErrorOptions
): CortensorError<EngineErrorCode> {
  return new CortensorError<EngineErrorCode>(code, message, options)
}

/** For errors that cross the process boundary; foreign ones are failures of the evaluation itself. */
export function toErrorObject(error: unknown): ErrorObject {
  return isCortensorError(error)
    ? error.toObject()
    : engineError('ENGINE_CRASHED', `the evaluation failed (${errorMessage(error).slice(0, 300)}): try again`).toObject()
}
