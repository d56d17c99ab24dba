import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyValue, NodeId } from '@cortensor/interface'
import { exportRecord, importRecord } from '@cortensor/oracle'
import { openExclusively } from './data-dir.js'
import { nodeError } from './errors.js'
import { loadIdentity } from './identity/identity.js'

/**
 * What an oracle has signed, for another disk. The oracle must be stopped: throws `NODE_DATA_DIR_LOCKED` otherwise, and
 * `NODE_DATA_DIR_UNUSABLE` for a folder without a node.
 */
export const exportSigningRecord = (dataDir: string): Promise<{ node: NodeId; bytes: Uint8Array }> =>
  withState(dataDir, async (state, node) => ({ node, bytes: await exportRecord(state, node) }))

/**
 * Adds an exported record to that of a stopped oracle, which signs from the second epoch after its next start on. Throws like
 * {@link exportSigningRecord}, and `ORACLE_RECORD_INVALID` for a record that is damaged, of another node, or contradicts the one here.
 */
export const importSigningRecord = (dataDir: string, bytes: Uint8Array): Promise<{ node: NodeId; entries: number }> =>
  withState(dataDir, async (state, node) => ({ node, ...(await importRecord(state, node, bytes)) }))

async function withState<T>(dataDir: string, work: (state: KeyValue, node: NodeId) => Promise<T>): Promise<T> {
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
