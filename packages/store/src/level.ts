import { mkdir } from 'node:fs/promises'
import { Level } from 'level'
import { toStoreError } from './errors.js'

/** A database whose every single put is on the disk when it resolves, whoever calls it. */
export class SyncedLevel extends Level<string, Uint8Array> {
  override put(key: string, value: Uint8Array): Promise<void> {
    return super.put(key, value, { sync: true })
  }
}

/** A database in which what was deleted does not come back with a power cut. What was put last may be missing after one. */
export class ForgettingLevel extends Level<string, Uint8Array> {
  override del(key: string): Promise<void> {
    return super.del(key, { sync: true })
  }
}

/** Opens the database, not a wrapper of it: wrappers keep only the text of what went wrong. Throws a `StoreErrorCode`. */
export async function openLevel(db: { open(): Promise<void> }, dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true })
    await db.open()
  } catch (error) {
    throw toStoreError(error instanceof Error ? (error.cause ?? error) : error, dir)
  }
}
