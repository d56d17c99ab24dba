import type { NodeId } from '@cortensor/interface'
import { exportRecord, importRecord } from '@cortensor/oracle'
import { withStoppedNode } from './data-dir.js'

/**
 * What an oracle has signed, for another disk. The oracle must be stopped: throws `NODE_DATA_DIR_LOCKED` otherwise, and
 * `NODE_DATA_DIR_UNUSABLE` for a folder without a node.
 */
export const exportSigningRecord = (dataDir: string): Promise<{ node: NodeId; bytes: Uint8Array }> =>
  withStoppedNode(dataDir, async (state, node) => ({ node, bytes: await exportRecord(state, node) }))

/**
 * Adds an exported record to that of a stopped oracle, which signs from the second epoch after its next start on. Throws like
 * {@link exportSigningRecord}, and `ORACLE_RECORD_INVALID` for a record that is damaged, of another node, or contradicts the one here.
 */
export const importSigningRecord = (dataDir: string, bytes: Uint8Array): Promise<{ node: NodeId; entries: number }> =>
  withStoppedNode(dataDir, async (state, node) => ({ node, ...(await importRecord(state, node, bytes)) }))
