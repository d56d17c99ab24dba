import { CortensorError, isCortensorError } from '@cortensor/interface'

export type WireErrorCode =
  | 'WIRE_TOO_LARGE'
  | 'WIRE_MALFORMED'
  | 'WIRE_LIMIT_EXCEEDED'
  | 'WIRE_WRONG_NETWORK'
  | 'WIRE_WRONG_TOPIC'
  | 'WIRE_EXPIRED'
  | 'WIRE_EXPIRY_TOO_FAR'
  | 'WIRE_BAD_SIGNATURE'

export const WIRE_ERROR_CODES: readonly WireErrorCode[] = [
  'WIRE_TOO_LARGE',
  'WIRE_MALFORMED',
  'WIRE_LIMIT_EXCEEDED',
  'WIRE_WRONG_NETWORK',
  'WIRE_WRONG_TOPIC',
  'WIRE_EXPIRED',
  'WIRE_EXPIRY_TOO_FAR',
  'WIRE_BAD_SIGNATURE'
]

export function wireError(code: WireErrorCode, message: string, cause?: unknown): CortensorError<WireErrorCode> {
  return new CortensorError(code, message, cause === undefined ? {} : { cause })
}

export function isWireError(error: unknown): error is CortensorError<WireErrorCode> {
  return isCortensorError(error) && (WIRE_ERROR_CODES as readonly string[]).includes(error.code)
}

/**
 * What the mesh should do with a message whose handling threw. Only bytes that are bad for everybody cost the forwarding peer: lateness
 * may be the mesh's own, and any other error is ours.
 */
export function verdictOf(error: unknown): 'ignore' | 'reject' {
  return isWireError(error) && error.code !== 'WIRE_EXPIRED' ? 'reject' : 'ignore'
}

/** Runs what turns one form into another; whatever else it throws becomes `WIRE_MALFORMED`, a stack overflow included. */
export function guard<T>(name: string, convert: () => T): T {
  try {
    return convert()
  } catch (error) {
    if (isWireError(error)) {
      throw error
    }
    throw wireError('WIRE_MALFORMED', `${name} does not have the form that this version of the protocol defines`, error)
  }
}
