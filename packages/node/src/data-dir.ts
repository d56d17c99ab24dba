import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyValue, NodeId } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import { createLevelKeyValue } from '@cortensor/store'
import { nodeError } from './errors.js'
import { loadIdentity } from './identity/identity.js'

/** Only its owner may look inside: it holds keys. Throws `NODE_DATA_DIR_UNUSABLE`. */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw nodeError(
      'NODE_DATA_DIR_UNUSABLE',
      `${dataDir} cannot be used as a data folder (${errorMessage(error)}); choose another one`,
      { cause: error }
    )
  }
}

/**
 * A database in the folder. While it is open no other process gets in, and the lock ends with this process, however that ends. Its
 * `start` throws `NODE_DATA_DIR_LOCKED`.
 *
 * @param dataDir - The folder that is meant, as the user knows it.
 */
export function openExclusively(dataDir: string, name: string): KeyValue {
  const database = createLevelKeyValue({ dir: join(dataDir, name) })
  return {
    ...database,
    async start() {
      await database.start().catch((error: unknown) => {
        throw isCortensorError(error) && error.code === 'STORE_LOCKED' ? lockedError(dataDir, error) : error
      })
    }
  }
}

const lockedError = (dataDir: string, cause: unknown) =>
  nodeError('NODE_DATA_DIR_LOCKED', `${dataDir} is in use by another process; stop that one, or choose another folder`, { cause })

/**
 * Works on the folder of a node that does not run, and keeps it from starting meanwhile. Throws `NODE_DATA_DIR_LOCKED` when it runs, and
 * `NODE_DATA_DIR_UNUSABLE` for a folder without a node.
 */
export async function withStoppedNode<T>(dataDir: string, work: (state: KeyValue, node: NodeId) => Promise<T>): Promise<T> {
  if (!existsSync(join(dataDir, 'identity.json'))) {
    throw nodeError('NODE_DATA_DIR_UNUSABLE', `${dataDir} is no node's data folder: it has no identity.json`)
  }
  const { signer } = loadIdentity(dataDir)
  const state = openExclusively(dataDir, 'state')
  await state.start()
  try {
    return await work(state, signer.nodeId)
  } finally {
    await state.stop()
  }
}
