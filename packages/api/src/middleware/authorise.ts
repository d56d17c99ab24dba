import type { AppContext } from '../context.js'
import { HttpError } from '../http-error.js'
import type { ApiScope, Keyring } from '../keyring.js'

/** Throws unless the request carries a key of ours with one of the scopes. */
export function authorise(c: AppContext, keys: Keyring, scopes: readonly ApiScope[]): void {
  const key = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (key === undefined) {
    throw new HttpError('invalid_api_key', 'Send your API key in the header Authorization: Bearer ck-…')
  }
  const record = keys.find(key)
  if (record === null) {
    throw new HttpError('invalid_api_key', 'This API key is not known here. Use the one that the router printed when it started.')
  }
  if (!record.scopes.some((scope) => scopes.includes(scope))) {
    throw new HttpError('insufficient_scope', `This needs an API key with the scope ${scopes.join(' or ')}.`)
  }
}
