import { CortensorError, type CortensorErrorOptions, type NetworkErrorCode } from '@cortensor/interface'

export function networkError(
  code: NetworkErrorCode,
  message: string,
  options?: CortensorErrorOptions
): CortensorError<NetworkErrorCode> {
  return new CortensorError(code, message, options)
}

export const notStarted = (): CortensorError<NetworkErrorCode> =>
  networkError('NETWORK_NOT_STARTED', 'The network is not running; call start() first')

/** What an abort signal was aborted with; signals made by other realms may carry no reason. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError')
}
