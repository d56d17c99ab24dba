import {
  CortensorError,
  type CortensorErrorOptions,
  errorMessage,
  isCortensorError,
  type StoreErrorCode
} from '@cortensor/interface'

export function storeError(
  code: StoreErrorCode,
  message: string,
  options?: CortensorErrorOptions
): CortensorError<StoreErrorCode> {
  return new CortensorError(code, message, options)
}

export const notStarted = (): CortensorError<StoreErrorCode> =>
  storeError('STORE_NOT_STARTED', 'The store is not running; call start() first')

/** Gives what the databases throw, which is mostly text, a code of ours. */
export function toStoreError(error: unknown, dir: string): Error {
  const text = textOf(error)
  if (isCortensorError(error)) {
    return error
  }
  if (/LEVEL_LOCKED/.test(text)) {
    return storeError('STORE_LOCKED', `${dir} is in use by another process; stop it or choose another data folder`, {
      cause: error
    })
  }
  if (/ENOSPC|no space left/i.test(text)) {
    return storeError('STORE_DISK_FULL', `The disk of ${dir} is full; free some space and start again`, { cause: error })
  }
  if (/LEVEL_(DATABASE|ITERATOR)_NOT_OPEN|not open/i.test(text)) {
    return notStarted()
  }
  return storeError(
    'STORE_CORRUPT',
    `${dir} cannot be read or written (${errorMessage(error)}); restore it from a copy or delete it`,
    {
      cause: error
    }
  )
}

/** The messages and codes of an error and all its causes. */
function textOf(error: unknown): string {
  const parts: string[] = []
  for (let cause = error; cause instanceof Error && parts.length < 8; cause = cause.cause) {
    parts.push(`${'code' in cause ? String(cause.code) : ''} ${cause.message}`)
  }
  return parts.join('; ')
}
