import { CortensorError } from '@cortensor/interface'

export type ApiErrorCode =
  | 'API_PORT_IN_USE'
  | 'API_LISTEN_FAILED'
  | 'API_NOT_STARTED'
  | 'API_INVALID_KEY_HASH'
  /** Of the client: nothing answers there. */
  | 'API_UNREACHABLE'
  /** Of the client: the answer is an error or not what this API sends. */
  | 'API_REQUEST_FAILED'

/** What the server and the client throw at their callers; what goes to HTTP clients is an `HttpError`. */
export class ApiError extends CortensorError<ApiErrorCode> {
  override name = 'ApiError'
}
