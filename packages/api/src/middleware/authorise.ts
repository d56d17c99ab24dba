import type { AppContext } from '../context.js'
import { HttpError } from '../http-error.js'
import type { ApiKeyRecord, ApiScope, Keyring } from '../keyring.js'

/** The record of the request's key. Throws unless it is one of ours with one of the scopes. */
export function authorise(c: AppContext, keys: Keyring, scopes: readonly ApiScope[]): ApiKeyRecord {
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
  return record
}
