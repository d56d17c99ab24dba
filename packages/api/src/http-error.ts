import { CortensorError, type CortensorErrorOptions, type TaskFailure } from '@cortensor/interface'

interface HttpErrorKind {
  status: 400 | 401 | 402 | 403 | 404 | 408 | 413 | 415 | 429 | 431 | 500 | 502 | 503 | 504
  type: 'invalid_request_error' | 'permission_error' | 'rate_limit_error' | 'insufficient_quota' | 'server_error'
  /** When asking again may help. */
  retryAfterSeconds?: number
}

/** Every error an HTTP client can see, by its `code` on the wire. 409 is left out: OpenAI's clients retry it as a lock timeout. */
const KINDS = {
  malformed_request: { status: 400, type: 'invalid_request_error' },
  invalid_json: { status: 400, type: 'invalid_request_error' },
  invalid_value: { status: 400, type: 'invalid_request_error' },
  unsupported_parameter: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  rejected: { status: 400, type: 'invalid_request_error' },
  invalid_api_key: { status: 401, type: 'invalid_request_error' },
  // Asking again does not help before somebody has paid in; OpenAI's clients do not repeat a 402.
  insufficient_quota: { status: 402, type: 'insufficient_quota' },
  insufficient_scope: { status: 403, type: 'permission_error' },
  host_not_allowed: { status: 403, type: 'permission_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  receipt_not_found: { status: 404, type: 'invalid_request_error' },
  unknown_url: { status: 404, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  body_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error', retryAfterSeconds: 1 },
  headers_too_large: { status: 431, type: 'invalid_request_error' },
  internal_error: { status: 500, type: 'server_error' },
  miner_failed: { status: 502, type: 'server_error' },
  // A miner that joins announces itself within a few seconds.
  no_miner: { status: 503, type: 'server_error', retryAfterSeconds: 5 },
  // A stake takes a transaction or two.
  no_staked_miner: { status: 503, type: 'server_error', retryAfterSeconds: 30 },
  not_ready: { status: 503, type: 'server_error', retryAfterSeconds: 2 },
  cancelled: { status: 503, type: 'server_error', retryAfterSeconds: 1 },
  shutting_down: { status: 503, type: 'server_error', retryAfterSeconds: 5 },
  timeout: { status: 504, type: 'server_error' }
} as const satisfies Record<string, HttpErrorKind>

export type HttpErrorCode = keyof typeof KINDS

/** OpenAI's error shape. */
export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string }
}

export interface HttpErrorOptions extends CortensorErrorOptions {
  /** The request's field that is wrong, e.g. `messages[0].role`. */
  param?: string | undefined
}

/** An error that is answered to the HTTP client; its code is the one on the wire. */
export class HttpError extends CortensorError<HttpErrorCode> {
  override name = 'HttpError'
  readonly param: string | null

  constructor(code: HttpErrorCode, message: string, options: HttpErrorOptions = {}) {
    super(code, message, options)
    this.param = options.param ?? null
  }

  get kind(): HttpErrorKind {
    return KINDS[this.code]
  }

  toBody(): ErrorBody {
    return { error: { message: this.message, type: this.kind.type, param: this.param, code: this.code } }
  }

  /** Without `x-request-id`, which belongs to the request. */
  toHeaders(): Record<string, string> {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (this.kind.retryAfterSeconds !== undefined) {
      headers['retry-after'] = String(this.kind.retryAfterSeconds)
    }
    if (this.kind.status === 401) {
      headers['www-authenticate'] = 'Bearer'
    }
    if (this.kind.status === 413) {
      // The rest of the body stays unread, so the connection ends: a client must not send its next request on it.
      headers.connection = 'close'
    }
    return headers
  }
}

const FAILURE_PARAMS: Partial<Record<TaskFailure, string>> = { model_not_found: 'model', context_length_exceeded: 'messages' }

/** Outcomes of a task map one to one. */
export function failureToHttpError(failure: TaskFailure, message: string): HttpError {
  return new HttpError(failure, message, { param: FAILURE_PARAMS[failure] })
}

/** Whatever was thrown, as something that may be shown: our own text, never that of an unexpected error. */
export function toHttpError(error: unknown): HttpError {
  return error instanceof HttpError
    ? error
    : new HttpError('internal_error', 'The router failed unexpectedly; its log has the details under this request id.', {
        cause: error
      })
}

export function createShuttingDownError(): HttpError {
  return new HttpError('shutting_down', 'This router is shutting down. Ask another one, or this one again when it is back.')
}
