import { mkdir } from 'node:fs/promises'
import { CortensorError, errorMessage, type StoreErrorCode } from '@cortensor/interface'
import { PeerDatastore } from './peer-datastore.js'

/** Opens the folder of the peer store. Throws `STORE_LOCKED` or `STORE_CORRUPT`. */
export async function openDatastore(dir: string): Promise<PeerDatastore> {
  await mkdir(dir, { recursive: true })
  const datastore = new PeerDatastore(dir)
  try {
    // Not the datastore's own open: it keeps only the text of what went wrong.
    await datastore.db.open()
    return datastore
  } catch (error) {
    const code: StoreErrorCode = isLocked(error) ? 'STORE_LOCKED' : 'STORE_CORRUPT'
    const advice =
      code === 'STORE_LOCKED'
        ? `${dir} is in use by another node; stop it or choose another data folder`
        : `${dir} cannot be opened (${errorMessage(error)}); it only caches what is known of peers and may be deleted`
    throw new CortensorError(code, advice, { cause: error })
  }
}

function isLocked(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'LEVEL_LOCKED') {
      return true
    }
  }
  return false
}
